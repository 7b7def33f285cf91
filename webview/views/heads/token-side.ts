import { shortSpecial, tokenAxis } from '../../../src/shared/axis';
import type { TokenLabel } from '../../../src/shared/text/token-units';
import type { LayerSide } from './source';

/** What a panel knows of its tokens: CLIP's have no parts. */
type Labelled = Omit<TokenLabel, 'part'> & { readonly part?: number };

const kept = new WeakMap<readonly Labelled[], Map<number, LayerSide>>();

/**
 * Tokens along an axis; the same for the same arguments, so that labels are not laid out anew from layer to layer.
 *
 * @param count positions of the axis; those behind the tokens are padding, which some models read
 */
export function tokenSide(tokens: readonly Labelled[], words: readonly string[], count = tokens.length): LayerSide {
  const known = kept.get(tokens) ?? new Map<number, LayerSide>();
  kept.set(tokens, known);
  const there = known.get(count);
  if (there) return there;
  const labels = Array.from({ length: count }, (_, i): TokenLabel => {
    const { text, special, word, part = 0 } = tokens[i] ?? padding;
    return { text: special ? shortSpecial(text) : text, special, word, part };
  });
  const side: LayerSide = { axis: tokenAxis(labels), tokens: labels, words };
  known.set(count, side);
  return side;
}

const padding: Labelled = { text: '<pad>', special: true, word: -1 };
