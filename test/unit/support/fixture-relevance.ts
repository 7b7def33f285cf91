import type { Heads } from '../../../src/shared/heads';
import { meanRelevance } from '../../../src/shared/heads';
import type { Matrix } from '../../../src/shared/matrix';
import { row } from '../../../src/shared/matrix';
import { coAttention, encoderDecoder } from '../../../src/shared/relations';
import { oneHot, relevanceRow } from '../../../src/shared/relevance';
import type { FixtureMeta } from './fixture';

/** Attention i and its gradient under target t, of one batch entry; null where the exporter left the attention out. */
export type HeadsOf = (target: number, attention: number, batch: number) => Heads | null;

/**
 * Every relevance that a fixture has a golden for, by the golden's name, by the family's rule (README of the fixtures, "Relevance").
 * @param length how many numbers the golden holds: what is dropped beyond the CLS column comes right after it
 */
export function fixtureRelevances(
  meta: FixtureMeta,
  heads: HeadsOf,
  length: (name: string) => number,
): Map<string, number[]> {
  const found = new Map<string, number[]>();
  const stack = (name?: string) =>
    meta.attentions.flatMap((a, i) => (name === undefined || a.stack === name ? [i] : []));
  meta.targets.forEach((_, t) => {
    if (meta.relevance_rule.startsWith('None')) return;
    const Ā =
      (batch: number) =>
      (at: number): Matrix => {
        const layer = heads(t, at, batch);
        return layer ? meanRelevance(layer) : { rows: 0, columns: 0, data: new Float64Array(0) };
      };
    if (stack('text-cross').length > 0) {
      const R = lxmert(stack, Ā(0));
      found.set(`relevance.${t}.all.text`, [...row(R.own, 0)]);
      found.set(`relevance.${t}.all.vision`, [...row(R.other, 0)]);
      return;
    }
    for (const read of meta.read_row ?? []) {
      if (read.target !== undefined && read.target !== t) continue;
      if (read.matrix === 'R_qi') {
        const decoder = stack('decoder').map(Ā(read.batch as number));
        const layers = decoder.flatMap((self, i) => (i % 2 === 0 ? [{ self, cross: decoder[i + 1] }] : []));
        const R = encoderDecoder(stack('encoder').map(Ā(read.batch as number)), layers);
        found.set(`relevance.${t}.all`, [...row(R.other, read.row)]);
        continue;
      }
      for (const range of ['all', 'last']) {
        const name = `relevance.${t}.${range}${read.suffix ? `.${read.suffix}` : ''}`;
        found.set(name, oneStack(meta, read, range, Ā, stack, length(name)));
      }
    }
  });
  return found;
}

type Stack = (name?: string) => number[];
type Abar = (batch: number) => (attention: number) => Matrix;

function oneStack(
  meta: FixtureMeta,
  read: NonNullable<FixtureMeta['read_row']>[number],
  range: string,
  Ā: Abar,
  stack: Stack,
  length: number,
): number[] {
  const pooled = read.stack === 'vision-pooling';
  const layers = stack(pooled ? 'vision' : read.stack);
  const batches =
    read.batch === 'all' ? Array.from({ length: meta.attentions[layers[0]].shape[0] }, (_, i) => i) : [read.batch];
  const [first, last] = read.columns ?? [0, null];
  return batches.flatMap((batch) => {
    const chosen = (range === 'all' ? layers : pooled ? [] : layers.slice(-1)).map(Ā(batch));
    const start = pooled ? row(Ā(batch)(stack('vision-pooling')[0]), 0) : oneHot(chosen[0].rows, read.row);
    const R = relevanceRow(chosen, start);
    return [...R.subarray(first, last ?? R.length)].slice(-length / batches.length);
  });
}

function lxmert(stack: Stack, Ā: (attention: number) => Matrix) {
  const of = (name: string) => stack(name).map(Ā);
  const [fromVision, fromText, text, vision] = [
    'text-from-vision',
    'vision-from-text',
    'text-cross',
    'vision-cross',
  ].map(of);
  const cross = fromVision.map((textFromVision, i) => ({
    textFromVision,
    textSelf: text[i],
    vision: i + 1 < fromVision.length ? { fromText: fromText[i], self: vision[i] } : null,
  }));
  return coAttention(of('text'), of('vision'), cross);
}
