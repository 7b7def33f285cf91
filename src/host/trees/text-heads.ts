import type { AttentionKind } from '../../shared/text/explanation';
import type { HeadGroup } from './shown-heads';

const labels: Readonly<Record<AttentionKind['name'], string>> = {
  self: 'Self-attention',
  encoder: 'Encoder',
  decoder: 'Decoder',
  cross: 'Cross-attention',
};
const icons: Readonly<Record<AttentionKind['name'], string>> = {
  self: 'whole-word',
  encoder: 'whole-word',
  decoder: 'comment',
  cross: 'arrow-swap',
};

/** The attentions of a text model as groups of the tree. */
export const attentionGroups = (attentions: readonly AttentionKind[]): readonly HeadGroup[] =>
  attentions.map(({ name, layers, heads }) => ({
    name,
    label: labels[name],
    icon: icons[name],
    layers,
    heads,
    pooling: null,
    unit: 'tokens',
    first: { short: 'first', long: 'the first token' },
  }));
