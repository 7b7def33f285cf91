import { tokenAxis, type Axis } from '../axis';
import type { Matrix } from '../matrix';

/** A token as the views of heads show it. */
export interface TokenLabel {
  /** Without `##`, `Ġ`, `▁`, `</w>`. */
  readonly text: string;
  readonly special: boolean;
  /** 0 or 1: the side of a sentence pair. */
  readonly part: number;
  /** Index of its word; −1: of none. */
  readonly word: number;
}

/** What stands along an axis: tokens or words, without those that are hidden. */
export interface TokenUnits {
  readonly labels: readonly TokenLabel[];
  /** Of each unit, its tokens in order. */
  readonly tokens: readonly (readonly number[])[];
  /** Of each token, its unit; −1: it is hidden. */
  readonly unitOf: Int32Array;
  readonly axis: Axis;
  /** Every token is a unit. */
  readonly whole: boolean;
}

export interface UnitChoice {
  readonly units: 'tokens' | 'words';
  /** Special tokens are among them. */
  readonly special: boolean;
  /** One part of a sentence pair; null: both. */
  readonly part: number | null;
}

/** Views compare by identity; few choices are made of one text. */
const kept = new WeakMap<readonly TokenLabel[], Map<string, TokenUnits>>();

/** @param words that the tokens belong to. The same arguments give the same object. */
export function tokenUnits(tokens: readonly TokenLabel[], words: readonly string[], choice: UnitChoice): TokenUnits {
  const known = kept.get(tokens) ?? new Map<string, TokenUnits>();
  kept.set(tokens, known);
  const key = `${choice.units} ${choice.special} ${choice.part}`;
  const there = known.get(key);
  if (there) return there;
  const made = unitsOf(tokens, words, choice);
  known.set(key, made);
  return made;
}

function unitsOf(tokens: readonly TokenLabel[], words: readonly string[], choice: UnitChoice): TokenUnits {
  const labels: TokenLabel[] = [];
  const groups: number[][] = [];
  const unitOf = new Int32Array(tokens.length).fill(-1);
  tokens.forEach((token, i) => {
    if (token.special && !choice.special) return;
    if (choice.part !== null && token.part !== choice.part) return;
    const last = labels.at(-1);
    // A word's tokens follow each other; special tokens and what belongs to no word stay alone.
    const joins = choice.units === 'words' && token.word >= 0 && last?.word === token.word && last.part === token.part;
    if (!joins) {
      const word = choice.units === 'words' && !token.special ? words[token.word] : undefined;
      labels.push(word === undefined ? token : { ...token, text: word });
      groups.push([]);
    }
    groups.at(-1)!.push(i);
    unitOf[i] = groups.length - 1;
  });
  const whole = groups.length === tokens.length;
  return { labels, tokens: groups, unitOf, axis: tokenAxis(labels), whole };
}

/** The units that tokens belong to, each once; hidden ones are left out. */
export const unitsAt = ({ unitOf }: TokenUnits, tokens: readonly number[]): readonly number[] => [
  ...new Set(tokens.map((token) => unitOf[token] ?? -1).filter((unit) => unit >= 0)),
];

/**
 * What becomes of entries that fall together. Amounts (A, A ⊙ ∇A): the mean over a unit's queries of the sum over a unit's keys, so that rows of A
 * still sum to 1 where no key is hidden. Rates (∇A): the mean of both, for the gradient of a sum is no sum of gradients.
 */
export type Merging = 'amounts' | 'rates';

const merged = new WeakMap<Matrix, { query: TokenUnits; key: TokenUnits; how: Merging; made: Matrix }>();

/**
 * A matrix of tokens as one of units: [queries, keys] → [units of queries, units of keys]. Where the units are all tokens it is the matrix
 * itself; the same arguments give the same object, as long as no others came between.
 */
export function unitMatrix(matrix: Matrix, query: TokenUnits, key: TokenUnits, how: Merging): Matrix {
  if (query.whole && key.whole) return matrix;
  const last = merged.get(matrix);
  if (last?.query === query && last.key === key && last.how === how) return last.made;
  const made = mergedMatrix(matrix, query.tokens, key.tokens, how);
  merged.set(matrix, { query, key, how, made });
  return made;
}

/**
 * @param rows of each row of the result, rows of the matrix
 * @param columns of each column of the result, columns of the matrix
 */
export function mergedMatrix(
  matrix: Matrix,
  rows: readonly (readonly number[])[],
  columns: readonly (readonly number[])[],
  how: Merging,
): Matrix {
  const data = new Float32Array(rows.length * columns.length);
  // Where a column of the matrix goes to, and its share there; −1: nowhere.
  const to = new Int32Array(matrix.columns).fill(-1);
  const share = new Float64Array(matrix.columns).fill(1);
  columns.forEach((own, column) => {
    for (const key of own) {
      to[key] = column;
      if (how === 'rates') share[key] = 1 / own.length;
    }
  });
  const sum = new Float64Array(columns.length);
  rows.forEach((own, row) => {
    sum.fill(0);
    for (const query of own)
      for (let key = 0, at = query * matrix.columns; key < matrix.columns; key++, at++) {
        const column = to[key]!;
        if (column >= 0) sum[column]! += (matrix.data[at]! * share[key]!) / own.length;
      }
    data.set(sum, row * columns.length);
  });
  return { rows: rows.length, columns: columns.length, data };
}
