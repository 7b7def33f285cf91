import { posix } from 'node:path';

/** The last part of a URI's path, for people. */
export const nameOf = (uriPath: string): string => posix.basename(uriPath) || uriPath;

/** Longest name that a file gets here, in characters: file systems take 255 bytes. */
const longest = 120;

/**
 * A file name that every system takes, of whatever was suggested: its last part, without reserved characters or names, and with its extension.
 */
export function safeFileName(suggested: string, fallback = 'attention-lens'): string {
  const last = suggested.split(/[\\/]/).at(-1)!;
  const clean = last.replace(/[\u0000-\u001f\u007f<>:"|?*]|\p{Bidi_Control}/gu, '').replace(/^[\s.]+|[\s.]+$/g, '');
  const dot = clean.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [clean.slice(0, dot), clean.slice(dot)] : [clean, ''];
  const kept = [...stem].slice(0, Math.max(1, longest - extension.length)).join('');
  const named = kept === '' ? fallback : /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(kept) ? `${kept}-` : kept;
  return `${named}${extension}`;
}
