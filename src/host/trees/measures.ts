import type { HeadStatistics } from '../../shared/heads-data';
import type { Tower } from '../../shared/explanation';
import type { FloatTensor } from '../../shared/tensor';
import type { Measures } from './sort';

export interface HeadPlace {
  readonly layer: number;
  readonly head: number;
}

/** One head's numbers, for a target prompt. */
export function headMeasures(statistics: HeadStatistics, tower: Tower, prompt: number, place: HeadPlace): Measures {
  // The vision tower's attention is the same for every prompt; only its relevance is a prompt's own.
  const own = tower === 'vision' ? 0 : prompt;
  const sink = entry(statistics.sink, own, place);
  return {
    entropy: entry(statistics.entropy, own, place),
    distance: entry(statistics.distance, own, place),
    sink: Number.isNaN(sink) ? null : sink,
    relevance: entry(statistics.relevance, prompt, place),
  };
}

/** A layer's numbers: the means of its heads, and the sum of their shares. */
export function layerMeasures(statistics: HeadStatistics, tower: Tower, prompt: number, layer: number): Measures {
  const heads = headCount(statistics);
  const all = Array.from({ length: heads }, (_, head) => headMeasures(statistics, tower, prompt, { layer, head }));
  const sum = (value: (measures: Measures) => number): number => all.reduce((total, m) => total + value(m), 0);
  return {
    entropy: sum(({ entropy }) => entropy) / heads,
    distance: sum(({ distance }) => distance) / heads,
    sink: all.some(({ sink }) => sink === null) ? null : sum(({ sink }) => sink ?? 0) / heads,
    relevance: sum(({ relevance }) => relevance),
  };
}

const headCount = ({ relevance }: HeadStatistics): number => relevance.dims[2] ?? 0;

/** Of [prompts, layers, heads]; NaN for what is not there. */
function entry({ dims, data }: FloatTensor, prompt: number, { layer, head }: HeadPlace): number {
  const [prompts = 0, layers = 0, heads = 0] = dims;
  if (prompt >= prompts || layer >= layers || head >= heads) return NaN;
  return data[(prompt * layers + layer) * heads + head] ?? NaN;
}
