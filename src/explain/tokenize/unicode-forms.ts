import { transform, type Aligned, type Change } from './aligned-text';

/**
 * NFC, NFD, NFKC and NFKD that say which character became which, in the manner of the Rust crate unicode-normalization-alignments. JavaScript
 * shows neither combining classes nor compositions, but its normalize() of one or two characters tells both.
 */
export const unicodeForm =
  (form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD'): Aligned =>
  (text) => {
    const decomposed = decompose(text.chars, form === 'NFKC' || form === 'NFKD' ? 'NFKD' : 'NFD');
    return transform(text, form === 'NFC' || form === 'NFKC' ? compose(decomposed) : decomposed);
  };

const mark = /\p{M}/u;

function decompose(chars: readonly string[], form: 'NFD' | 'NFKD'): Change[] {
  const changes: Change[] = [];
  for (const char of chars) {
    let added = 0;
    for (const part of char <= '\x7f' ? char : char.normalize(form)) {
      changes.push([part, added]);
      added = 1;
      // Canonical order: a mark moves before those of a higher class.
      for (let i = changes.length - 1; i > 0 && swaps(changes[i - 1]![0], changes[i]![0]); i--)
        [changes[i - 1], changes[i]] = [changes[i]!, changes[i - 1]!];
    }
  }
  return changes;
}

/** Whether ccc(a) > ccc(b) > 0. Only marks have a class. */
const swaps = (a: string, b: string): boolean => mark.test(b) && mark.test(a) && (a + b).normalize('NFD') !== a + b;

/** Whether ccc = 0: neither does U+0334 (class 1) go before it, nor it before U+0301 (class 230). */
const isStarter = (c: string): boolean => !swaps(c, '\u0334') && !swaps('\u0301', c) && c !== '\u0334';

/** The primary composite of two characters, or null. */
function composite(a: string, b: string): string | null {
  if (b <= '\x7f') return null;
  const composed = (a + b).normalize('NFC');
  return composed.length <= 2 && [...composed].length === 1 ? composed : null;
}

function compose(decomposed: readonly Change[]): Change[] {
  const done: Change[] = [];
  let starter: Change | null = null;
  /** Marks that did not compose with the starter. */
  let marks: Change[] = [];
  for (const change of decomposed) {
    const [char, n] = change;
    if (starter === null) {
      if (isStarter(char)) starter = change;
      else done.push(change);
      continue;
    }
    const last = marks.at(-1);
    const blocked = last !== undefined && !swaps(char, last[0]);
    const composed = blocked ? null : composite(starter[0], char);
    if (composed !== null) {
      starter = [composed, starter[1] + n - 1];
    } else if (isStarter(char)) {
      done.push(starter, ...marks);
      starter = change;
      marks = [];
    } else {
      marks.push(change);
    }
  }
  return starter === null ? done : [...done, starter, ...marks];
}
