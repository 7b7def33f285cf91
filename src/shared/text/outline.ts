import type { LayerAverages, TextExplanation, TextOutline } from './explanation';

const outlines = new WeakMap<TextExplanation, TextOutline>();

/** The same for the same explanation. */
export function outlineOf(explained: TextExplanation): TextOutline {
  const known = outlines.get(explained);
  if (known) return known;
  const attentions = explained.attentions.map(({ name, queries, keys, layers, heads, causal }) => ({ name, queries, keys, layers, heads, causal })); // prettier-ignore
  const made = { ...explained, attentions };
  outlines.set(explained, made);
  return made;
}

/** One for each group. */
export const averagesOf = ({ attentions }: TextExplanation): LayerAverages[] =>
  attentions.map(({ relevance, attention }) => ({ relevance, attention }));

/** The whole again. */
export const withAverages = (outline: TextOutline, averages: readonly LayerAverages[]): TextExplanation => ({
  ...outline,
  attentions: outline.attentions.map((kind, group) => ({ ...kind, ...averages[group]! })),
});
