import type { HeadStatistics } from '../../shared/heads-data';
import type { FloatTensor } from '../../shared/tensor';
import type { Measures } from './sort';

/** Where a head is within its group. */
interface Within {
  readonly layer: number;
  readonly head: number;
}

/** One head's numbers, for a target prompt. */
export function headMeasures(statistics: HeadStatistics, prompt: number, place: Within): Measures {
  const sink = entry(statistics.sink, prompt, place);
  return {
    entropy: entry(statistics.entropy, prompt, place),
    distance: entry(statistics.distance, prompt, place),
    sink: Number.isNaN(sink) ? null : sink,
    relevance: entry(statistics.relevance, prompt, place),
  };
}

/** A layer's numbers: the means of its heads, and the sum of their shares. */
export function layerMeasures(statistics: HeadStatistics, prompt: number, layer: number): Measures {
  const heads = statistics.relevance.dims[2] ?? 0;
  const all = Array.from({ length: heads }, (_, head) => headMeasures(statistics, prompt, { layer, head }));
  const sum = (value: (measures: Measures) => number): number => all.reduce((total, m) => total + value(m), 0);
  return {
    entropy: sum(({ entropy }) => entropy) / heads,
    distance: sum(({ distance }) => distance) / heads,
    sink: all.some(({ sink }) => sink === null) ? null : sum(({ sink }) => sink ?? 0) / heads,
    relevance: sum(({ relevance }) => relevance),
  };
}

/** Of [prompts, layers, heads], or of [1, layers, heads] where it is the same for every prompt; NaN for what is not there. */
function entry({ dims, data }: FloatTensor, prompt: number, { layer, head }: Within): number {
  const [prompts = 0, layers = 0, heads = 0] = dims;
  const own = prompts === 1 ? 0 : prompt;
  if (own >= prompts || layer >= layers || head >= heads) return NaN;
  return data[(own * layers + layer) * heads + head] ?? NaN;
}
