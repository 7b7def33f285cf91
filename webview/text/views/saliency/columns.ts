import type { LayerRange } from '../../../../src/shared/explanation';
import { heatTop } from '../../../../src/shared/scale';
import type {
  IntegratedGradients,
  LayerAverages,
  TextExplanation,
  TextOutline,
} from '../../../../src/shared/text/explanation';
import { withAverages } from '../../../../src/shared/text/outline';
import { textRelevance, textRollout } from '../../../../src/shared/text/reading';
import { plotScale, type PlotScale } from '../../../../src/shared/text/plot-scale';
import type { TokenUnits } from '../../../../src/shared/text/token-units';
import { saliencyMerging, unitValues } from '../../../../src/shared/text/unit-values';
import type { Fetched } from '../../../state/fetches';
import type { SaliencyKind, TokenPlace } from '../../state/text-view';

/** What is shown of one method: relevance comes with rollout beside it. */
export type ColumnKind = SaliencyKind | 'rollout';

/** One method's numbers of all items, on one scale. */
export interface SaliencyColumn {
  readonly kind: ColumnKind;
  /** Around zero. */
  readonly signed: boolean;
  /** The strongest shade: the largest magnitude of all items. */
  readonly top: number;
  readonly scale: PlotScale;
  /** [item][sequence]; a whole sentence where there are no numbers, null where they are on their way. */
  readonly cells: readonly (readonly (Float64Array | string | null)[])[];
}

/** One item as the section shows it. */
export interface SaliencySubject {
  readonly explained: TextOutline;
  /** Of each sequence. */
  readonly units: readonly TokenUnits[];
  readonly integrated: Fetched<IntegratedGradients> | undefined;
  /** For relevance and rollout. */
  readonly averages: Fetched<readonly LayerAverages[]> | undefined;
  /** Whose row of relevance and rollout is read. */
  readonly readOut: TokenPlace;
}

export const columnsOf = (method: SaliencyKind): readonly ColumnKind[] =>
  method === 'relevance' ? ['relevance', 'rollout'] : [method];

const isSigned = (kind: ColumnKind): boolean => kind === 'mean' || kind === 'grad-x-input' || kind === 'ig';

export function saliencyColumn(
  kind: ColumnKind,
  subjects: readonly SaliencySubject[],
  layers: LayerRange,
): SaliencyColumn {
  const signed = isSigned(kind);
  const cells = subjects.map((subject) =>
    subject.explained.sequences.map((_, s) => {
      const values = tokenValues(kind, subject, s, layers);
      return values === null || typeof values === 'string'
        ? values
        : unitValues(values, subject.units[s]!, saliencyMerging[kind]);
    }),
  );
  const lists = cells.flat().filter((cell): cell is Float64Array => cell instanceof Float64Array);
  const top = Math.max(0, ...lists.map((list) => heatTop(list, signed)));
  return { kind, signed, top, scale: plotScale(lists, { zero: true }), cells };
}

/** One number for each token of a sequence; a whole sentence where there are none, null where they are on their way. */
function tokenValues(
  kind: ColumnKind,
  { explained, integrated, averages, readOut }: SaliencySubject,
  s: number,
  layers: LayerRange,
): ArrayLike<number> | string | null {
  const { saliency, name } = explained.sequences[s]!;
  const independent = `The target does not depend on the ${name === 'text' ? 'tokens' : `${name}’s tokens`}, or their embedding was not found in the model. Choose another target, or see relevance.`; // prettier-ignore
  switch (kind) {
    case 'l2':
      return saliency?.l2 ?? independent;
    case 'mean':
      return saliency?.mean ?? independent;
    case 'grad-x-input':
      return saliency?.gradXInput ?? independent;
    case 'ig':
      if (integrated?.kind === 'failed') return integrated.message;
      return integrated?.kind === 'here' ? (integrated.value.attributions[s] ?? independent) : null;
    case 'relevance':
    case 'rollout':
      if (averages?.kind === 'failed') return averages.message;
      return averages?.kind === 'here'
        ? carried(kind, withAverages(explained, averages.value), readOut, s, layers)
        : null;
  }
}

/** A row over the read-out's own sequence; over another one where cross-attention leads there. */
function carried(
  kind: 'relevance' | 'rollout',
  explained: TextExplanation,
  { sequence, token }: TokenPlace,
  s: number,
  layers: LayerRange,
): ArrayLike<number> | string {
  const read = kind === 'relevance' ? textRelevance : textRollout;
  const { own, other } = read(explained, { sequence, token, layers });
  // R holds 1 for the token that is read, the I that it starts from: no relevance, and more than all the others have.
  if (s === sequence && kind === 'relevance') return own.map((value, i) => (i === token ? value - 1 : value));
  return (
    (s === sequence ? own : other) ??
    'Nothing flows from these tokens to the one that is read: it is of the encoder. Choose a token of the decoder.'
  );
}
