import { transform, type Aligned, type Change } from './aligned-text';

/**
 * SentencePiece's compiled table of replacements (`precompiled_charsmap` in base64: the length of a double-array trie, the trie, and the replacements, each
 * ended by NUL), applied as the Rust crate spm_precompiled does, oddities included: the shortest prefix of a grapheme that the table
 * knows replaces the whole of it.
 */
export function charsmapNormalizer(base64: string): Aligned {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  if (bytes.length < 4) return (text) => text;
  const view = new DataView(bytes.buffer);
  const size = Math.min(view.getUint32(0, true), bytes.length - 4) >>> 2;
  const trie = Uint32Array.from({ length: size }, (_, i) => view.getUint32(4 + 4 * i, true));
  const replacements = bytes.subarray(4 + 4 * size);

  const lookUp = (part: string): string | null => {
    const at = shortestPrefix(trie, encoder.encode(part));
    if (at === null) return null;
    const end = replacements.indexOf(0, at);
    return decoder.decode(replacements.subarray(at, end < 0 ? undefined : end));
  };
  const known = new Map<string, string | null>();
  const replacementOf = (part: string): string | null => {
    let found = known.get(part);
    if (found === undefined) known.set(part, (found = lookUp(part)));
    return found;
  };
  return (text) => {
    const changes: Change[] = [];
    for (const { segment } of graphemes.segment(text.chars.join(''))) {
      const whole = byteLength(segment) < 6 ? replacementOf(segment) : null;
      if (whole !== null) pushReplacement(changes, [...segment].length, whole);
      else
        for (const char of segment) {
          const replacement = replacementOf(char);
          if (replacement === null) changes.push([char, 0]);
          else pushReplacement(changes, 1, replacement);
        }
    }
    return transform(text, changes);
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Of UTF-8; as much as tells whether it is below 6. */
const byteLength = (text: string): number => (text.length < 2 ? 1 : encoder.encode(text).length);

function pushReplacement(changes: Change[], oldCount: number, replacement: string): void {
  const chars = [...replacement];
  chars.forEach((char, i) => changes.push([char, i < oldCount ? 0 : 1]));
  const last = changes.at(-1);
  if (chars.length < oldCount && last) changes[changes.length - 1] = [last[0], last[1] + chars.length - oldCount];
}

/** Place of the replacement of the shortest prefix that the trie knows (darts-clone's layout), or null. */
function shortestPrefix(trie: Uint32Array, key: Uint8Array): number | null {
  let node = offsetOf(trie[0] ?? 0);
  for (const byte of key) {
    if (byte === 0) break;
    node ^= byte;
    const unit = trie[node];
    if (unit === undefined || (unit & 0x800000ff) >>> 0 !== byte) return null;
    node ^= offsetOf(unit);
    if ((unit >>> 8) & 1) return (trie[node] ?? 0) & 0x7fffffff;
  }
  return null;
}

const offsetOf = (unit: number): number => (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
