import type { Attention } from '../../onnx/attention/site';
import { reductions } from '../../onnx/augment/reduce';
import type { PassRequest } from '../../onnx/trace';
import { UnsupportedModel } from '../../shared/errors';
import type { PoolingTrace, Tower, TowerTrace } from '../../shared/explanation';
import type { FloatTensor, TensorMap } from '../../shared/tensor';
import { floatTensor } from '../../shared/tensor';

/** Which attentions of a graph make up a tower. */
export interface TowerSites {
  /** Indices of the blocks' self-attentions, first to last. */
  readonly blocks: readonly number[];
  /** Index of the attention of a pooling head (SigLIP), or null. */
  readonly pooling: number | null;
}

/** @throws UnsupportedModel for a tower without self-attention */
export function towerSites(attentions: readonly Attention[], tower: Tower): TowerSites {
  const stackOf = (a: Attention) => a.stack.replace(/-pooling$/, '');
  const mine = attentions.filter((a) => stackOf(a) === tower);
  const blocks = mine.filter((a) => a.kind === 'self').map((a) => a.index);
  if (blocks.length === 0)
    throw new UnsupportedModel(
      `No self-attention was found in the ${tower} tower; it may be no transformer (a ResNet CLIP?). Use a CLIP with transformer towers.`,
    );
  return { blocks, pooling: mine.find((a) => a.stack.endsWith('-pooling'))?.index ?? null };
}

export const sitesOf = ({ blocks, pooling }: TowerSites): number[] =>
  pooling === null ? [...blocks] : [...blocks, pooling];

/** A backward pass from `output` that returns everything a TowerTrace holds, and the heads' gradients that a run asks for. */
export const towerPass = (name: Tower, output: string, sites: TowerSites): PassRequest => ({
  name,
  outputs: [output],
  reduced: sitesOf(sites),
  gradients: sitesOf(sites),
});

/** The outputs that {@link towerTrace} reads. */
export const reducedOutputs = (name: Tower, sites: TowerSites): string[] =>
  sitesOf(sites).flatMap((i) => [`mean.${i}`, ...reductions.map((how) => `${name}.${how}.${i}`)]);

export function towerTrace(
  name: Tower,
  sites: TowerSites,
  results: TensorMap,
  heads: (index: number) => number,
  readOut: Pick<TowerTrace, 'readOut' | 'prefix'>,
): TowerTrace {
  const of = (kind: string) => sites.blocks.map((i) => perPrompt(results[`${name}.${kind}.${i}`] as FloatTensor, name));
  const attention = sites.blocks.map((i) => results[`mean.${i}`] as FloatTensor);
  return {
    layers: sites.blocks.length,
    heads: heads(sites.blocks[0]),
    tokens: attention[0].dims[2],
    ...readOut,
    relevance: of('relevance'),
    signed: of('signed'),
    attention,
    gradCam: of('grad-cam'),
    pooling: sites.pooling === null ? null : poolingTrace(name, sites.pooling, results, heads(sites.pooling)),
  };
}

function poolingTrace(name: Tower, index: number, results: TensorMap, heads: number): PoolingTrace {
  const of = (kind: string) => perPrompt(results[`${name}.${kind}.${index}`] as FloatTensor, name);
  return {
    heads,
    relevance: of('relevance'),
    signed: of('signed'),
    gradCam: of('grad-cam'),
    attention: results[`mean.${index}`] as FloatTensor,
  };
}

/**
 * [K, 1, queries, keys] of the vision tower (one image, a cotangent for each prompt) and [1, K, queries, keys] of the text tower (one
 * cotangent for all: prompt k's logit depends on row k alone) both are [K, queries, keys].
 */
function perPrompt(t: FloatTensor, tower: Tower): FloatTensor {
  const [k, batch, queries, keys] = t.dims;
  return floatTensor([tower === 'vision' ? k : batch, queries, keys], t.data);
}
