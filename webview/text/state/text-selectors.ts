import { counterpart } from '../../../src/shared/text/counterpart';
import type { TextOutline, TextToken, TokenSequence } from '../../../src/shared/text/explanation';
import type { LitInDocument, TextItem } from '../../../src/shared/text/panel-protocol';
import { tokenUnits, type TokenUnits } from '../../../src/shared/text/token-units';
import type { HeadsView } from '../../state/heads-view';
import { tokenSide } from '../../views/heads/token-side';
import type { TextState } from './text-state';
import type { TextView, TokenPlace } from './text-view';

/** Parts of the state that several views need; everything keeps its identity while it is the same. */

const none: readonly TextItem[] = [];

export const shownItems = ({ panel }: TextState): readonly TextItem[] => panel?.items ?? none;

/** What stands along a sequence's axis: tokens or words, with or without the special ones. */
export const unitsOf = ({ tokens, words }: TokenSequence, { units, special }: HeadsView): TokenUnits =>
  tokenUnits(tokenSide(tokens, words).tokens!, words, { units, special, part: null });

/** The token that is read out where nobody chose one: of what is generated, where there are two stacks. */
export function defaultToken({ sequences }: TextOutline, item: number): TokenPlace {
  const sequence = sequences.length - 1;
  return { item, sequence, token: sequences[sequence]?.readOut ?? 0 };
}

/**
 * The chosen token in one item's terms: where another item's was chosen, what stands in its place. null: nobody chose one, or nothing
 * stands there.
 */
function chosenIn({ chosen }: TextView, items: readonly TextItem[], item: number): TokenPlace | null {
  if (!chosen || chosen.item === item) return chosen;
  const [from, to] = [items[chosen.item]?.explained, items[item]?.explained];
  const token = from && to ? counterpart(from, to, chosen.sequence, chosen.token) : null;
  return token === null ? null : kept(chosen, item, { item, sequence: chosen.sequence, token });
}

/** A token of one item, the chosen or the default one. */
export function shownToken(view: TextView, items: readonly TextItem[], item: number): TokenPlace {
  const explained = items[item]?.explained;
  return explained ? (chosenIn(view, items, item) ?? ofDefault(explained, item)) : nowhere;
}

/** Of an item that has gone: views that are still there for a moment ask for it. */
const nowhere: TokenPlace = { item: 0, sequence: 0, token: 0 };

const noTokens: readonly TextToken[] = [];

export const tokensOf = (state: TextState, item: number, sequence: number): readonly TextToken[] =>
  shownItems(state)[item]?.explained.sequences[sequence]?.tokens ?? noTokens;

const defaults = new WeakMap<TextOutline, TokenPlace[]>();

function ofDefault(explained: TextOutline, item: number): TokenPlace {
  const known = defaults.get(explained) ?? [];
  defaults.set(explained, known);
  return (known[item] ??= defaultToken(explained, item));
}

/** Same tokens under other names: one object for each item. */
const others = new WeakMap<TokenPlace, TokenPlace[]>();

function kept(chosen: TokenPlace, item: number, made: TokenPlace): TokenPlace {
  const known = others.get(chosen) ?? [];
  others.set(chosen, known);
  const last = known[item];
  return last?.token === made.token ? last : (known[item] = made);
}

const unlit: readonly number[] = [];

const translated = new WeakMap<LitInDocument, readonly number[][]>();

/** Tokens of one item's sequence that are lit: by the pointer or the focus in the panel, else by the caret in the document. */
export function litTokens(state: TextState, item: number, sequence: number): readonly number[] {
  const lit = state.hover ?? state.lit;
  if (!lit || lit.sequence !== sequence) return unlit;
  if (lit.item === item) return lit.tokens;
  const items = shownItems(state);
  const [from, to] = [items[lit.item]?.explained, items[item]?.explained];
  if (!from || !to) return unlit;
  const known = (translated.get(lit) as number[][] | undefined) ?? [];
  translated.set(lit, known);
  return (known[item] ??= lit.tokens.flatMap((token) => counterpart(from, to, sequence, token) ?? []));
}
