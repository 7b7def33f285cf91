import type { TextOutline, TextToken } from './explanation';
import { followedToken } from './followed-token';

/**
 * The token of one explanation that stands where a token of another stands, for two that are compared: behind the same model's tokenizer by
 * what stands around it, so that a word that was exchanged faces the one in its place; between two models by the characters of the same text.
 *
 * @returns index into the same sequence of `to`; null: nothing stands there
 */
export function counterpart(from: TextOutline, to: TextOutline, sequence: number, token: number): number | null {
  const [here, there] = [from.sequences[sequence]?.tokens, to.sequences[sequence]?.tokens];
  if (!here?.[token] || !there) return null;
  if (from.model.path === to.model.path) return followedToken(here, there, token);
  const same = from.texts.length === to.texts.length && from.texts.every((text, i) => text === to.texts[i]);
  return same ? atCharacters(here, there, here[token]) : null;
}

function atCharacters(here: readonly TextToken[], there: readonly TextToken[], token: TextToken): number | null {
  const { start, end, source } = token;
  if (start === null || end === null) {
    // A special token: the one of the same number.
    const number = here.filter(({ start }) => start === null).indexOf(token);
    return found(there.findIndex((other) => other === there.filter(({ start }) => start === null)[number]));
  }
  return found(
    there.findIndex(
      (other) => other.source === source && other.start !== null && other.start < end && other.end! > start,
    ),
  );
}

const found = (index: number): number | null => (index < 0 ? null : index);
