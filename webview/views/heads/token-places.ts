import { displayWidth } from '../../../src/shared/width';

/** Where the tokens of one side of the head view lie along it, in CSS pixels. */
export interface TokenPlaces {
  /** The middle of each token. */
  readonly middles: readonly number[];
  /** The room of each token. */
  readonly sizes: readonly number[];
  readonly length: number;
}

/** Of one token's row, where tokens stand in columns. */
export const tokenRow = 22;

export function columnPlaces(count: number): TokenPlaces {
  return {
    middles: Array.from({ length: count }, (_, i) => (i + 0.5) * tokenRow),
    sizes: Array.from({ length: count }, () => tokenRow),
    length: tokenRow * count,
  };
}

const letter = 7.4;
const padding = 14;
const [narrowest, widest] = [34, 130];
/** Tokens do not drift further apart than this, however wide the panel is. */
const loosest = 28;

const natural = new WeakMap<readonly { readonly text: string }[], readonly number[]>();

/** Tokens in a row, as wide as their texts, and as far apart as the room allows. */
export function rowPlaces(tokens: readonly { readonly text: string }[], available: number): TokenPlaces {
  // Telling wide letters from narrow ones takes longer than a frame for many tokens.
  const own = natural.get(tokens) ?? tokens.map(naturalWidth);
  natural.set(tokens, own);
  const total = own.reduce((sum, width) => sum + width, 0);
  const loose = Math.min(loosest, Math.max(0, (available - total) / Math.max(1, own.length)));
  let from = 0;
  const sizes = own.map((width) => width + loose);
  const middles = sizes.map((size) => (from += size) - size / 2);
  return { middles, sizes, length: from };
}

const naturalWidth = ({ text }: { readonly text: string }): number =>
  Math.min(widest, Math.max(narrowest, Math.ceil(padding + letter * displayWidth(text.slice(0, 40)))));
