import type { Tensor, TensorMap } from '../../shared/tensor';
import { floatTensor, int64Tensor } from '../../shared/tensor';
import { UnsupportedModel } from '../../shared/errors';
import { castTo } from '../inputs';
import type { Port, TextGraph } from './graph';

/** What a stack reads: ids, and for each the side of a sentence pair. */
export interface SequenceIds {
  readonly ids: readonly number[];
  readonly typeIds: readonly number[];
}

/** Entries of a batch, and the positions of each sequence, padding included. */
export interface Extent {
  readonly batch: number;
  readonly positions: readonly number[];
}

/** The sizes that a run over these sequences has: the file's, where it insists on some. */
export function extentOf({ inputs, sequences }: TextGraph, ids: readonly SequenceIds[], batch = 1): Extent {
  const fixed = fixedBatch(inputs);
  return {
    batch: fixed ?? batch,
    positions: sequences.map((sequence, i) => sequence.fixed ?? ids[i].ids.length),
  };
}

/** Entries of a batch that the file insists on; undefined: any number. */
export function fixedBatch(inputs: readonly Port[]): number | undefined {
  const sizes = inputs.flatMap(({ shape }) => (shape && shape.length > 1 ? [shape[0]] : []));
  return sizes.find((size) => typeof size === 'number');
}

/**
 * The file's inputs for one text, the same in every entry of the batch: ids, masks, types, positions, and empty caches.
 * @throws UnsupportedModel for an input of another kind
 */
export function feedsOf(graph: TextGraph, ids: readonly SequenceIds[], padId: number, extent: Extent): TensorMap {
  return Object.fromEntries(
    graph.inputs.map((input) => [input.name, castTo(tensorOf(graph, input, ids, padId, extent), input)]),
  );
}

function tensorOf(
  graph: TextGraph,
  input: Port,
  ids: readonly SequenceIds[],
  padId: number,
  { batch, positions }: Extent,
): Tensor {
  const { name, shape } = input;
  const rows = (sequence: number, values: (position: number) => number): Tensor => {
    const row = Array.from({ length: positions[sequence] }, (_, i) => values(i));
    return int64Tensor([batch, row.length], Array.from({ length: batch }, () => row).flat());
  };
  const at = graph.sequences.findIndex((sequence) => sequence.ids === name);
  if (at >= 0) return rows(at, (i) => ids[at].ids[i] ?? padId);
  // The decoder's own inputs say so in their names.
  const own = /^decoder_/.test(name) ? ids.length - 1 : 0;
  if (/^(encoder_|decoder_)?(attention_mask|input_mask|mask|padding_mask)$/.test(name))
    return rows(own, (i) => (i < ids[own].ids.length ? 1 : 0));
  if (/^(token_type_ids|segment_ids)$/.test(name)) return rows(own, (i) => ids[own].typeIds[i] ?? 0);
  if (/^(decoder_)?position_ids$/.test(name)) return rows(own, (i) => i);
  if (/past|cache/.test(name) && shape && shape.length >= 3) return emptyCache(input, batch);
  throw new UnsupportedModel(
    `The model wants an input "${name}", which does not follow from a text. Export it with token ids, masks, token types and positions alone.`,
  );
}

/** No positions are remembered: the axis that is neither the batch nor fixed is empty. */
function emptyCache({ name, shape, dtype }: Port, batch: number): Tensor {
  const dims = shape!.map((size, axis) => (typeof size === 'number' ? size : axis === 0 ? batch : 0));
  if (dims.slice(1).filter((size) => size === 0).length !== 1 || dtype === 'string')
    throw new UnsupportedModel(
      `The file does not tell the sizes of its cache "${name}" ([${shape!.join(', ')}]). Export the model without a cache.`,
    );
  return floatTensor(dims, new Float32Array(0));
}
