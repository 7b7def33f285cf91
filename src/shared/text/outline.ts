import type { LayerAverages, TextExplanation, TextOutline } from './explanation';

export const outlineOf = (explained: TextExplanation): TextOutline => ({
  ...explained,
  attentions: explained.attentions.map(({ name, queries, keys, layers, heads, causal }) => ({ name, queries, keys, layers, heads, causal })), // prettier-ignore
});

/** One for each group. */
export const averagesOf = ({ attentions }: TextExplanation): LayerAverages[] =>
  attentions.map(({ relevance, attention }) => ({ relevance, attention }));

/** The whole again. */
export const withAverages = (outline: TextOutline, averages: readonly LayerAverages[]): TextExplanation => ({
  ...outline,
  attentions: outline.attentions.map((kind, group) => ({ ...kind, ...averages[group]! })),
});
