import { csvText, type CsvCell } from '../csv';
import type { LayerRange } from '../explanation';
import type { TextExplanation } from './explanation';
import { textRelevance, textRollout } from './reading';
import { stateName } from './wording';

/**
 * Every token with its place in the text and all its digits: saliencies, relevance and rollout of the read-out token, mean and norm of its hidden states.
 * Several explanations stand below each other, told apart by their model and item.
 */
export function tokenCsv(explanations: readonly TextExplanation[], layers: LayerRange): string {
  const states = Math.max(
    0,
    ...explanations.flatMap(({ sequences }) => sequences.map(({ hidden }) => hidden?.mean.dims[0] ?? 0)),
  );
  const names = Array.from({ length: states }, (_, state) => stateName(state));
  const head = [
    'item', 'model', 'sequence', 'index', 'token', 'id', 'special', 'start', 'end',
    'l2', 'mean', 'gradient × input', 'relevance', 'rollout',
    ...names.map((name) => `mean ${name}`), ...names.map((name) => `norm ${name}`),
  ]; // prettier-ignore
  return csvText([head, ...explanations.flatMap((explained, item) => rowsOf(explained, item, states, layers))]);
}

function rowsOf(explained: TextExplanation, item: number, states: number, layers: LayerRange): CsvCell[][] {
  const read = explained.sequences.length - 1;
  const choice = { sequence: read, token: explained.sequences[read]!.readOut, layers };
  const [relevance, rollout] = [textRelevance(explained, choice), textRollout(explained, choice)];
  return explained.sequences.flatMap(({ name, tokens, saliency, hidden }, s) =>
    tokens.map(({ text, id, special, start, end }, i) => {
      const of = (quantity: 'mean' | 'norm') =>
        Array.from({ length: states }, (_, state) => hidden?.[quantity].data[state * tokens.length + i] ?? NaN);
      const row = (values: typeof relevance): number => (s === read ? values.own[i] : values.other?.[i]) ?? NaN;
      return [
        item, explained.model.name, name, i, text, id, special ? 'special' : '', start ?? '', end ?? '',
        saliency?.l2[i] ?? NaN, saliency?.mean[i] ?? NaN, saliency?.gradXInput[i] ?? NaN, row(relevance), row(rollout),
        ...of('mean'), ...of('norm'),
      ]; // prettier-ignore
    }),
  );
}
