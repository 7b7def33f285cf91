import type { TracedModel } from '../../../src/explain/trace-model';
import { traceModel } from '../../../src/explain/trace-model';
import type { Heads } from '../../../src/shared/heads';
import type { Tensor } from '../../../src/shared/tensor';
import { floatTensor } from '../../../src/shared/tensor';
import type { Fixture } from './fixture';
import { relativeError, targetText } from './fixture';
import { fixtureRelevances } from './fixture-relevance';
import { localRuntime } from './ort';

export type Quantity = 'output' | 'attention' | 'gradient' | 'hidden' | 'embedding_gradient' | 'relevance';

export interface Evaluation {
  /** The worst relative L2 error of each quantity against the golden that this file should reproduce. */
  readonly worst: ReadonlyMap<Quantity, number>;
  /** One sentence for each tensor that is missing or beyond its tolerance. */
  readonly faults: readonly string[];
  readonly traced: TracedModel;
}

/** Traces a fixture and holds everything against PyTorch. */
export async function evaluate(fixture: Fixture): Promise<Evaluation> {
  const { meta, golden } = fixture;
  const traced = await traceModel(localRuntime, {
    model: fixture.model,
    inputs: fixture.inputs,
    targets: meta.targets.map(targetText),
  });
  const faults: string[] = [];
  const worst = new Map<Quantity, number>();
  const place = placesOf(fixture, traced, faults);
  const rounded = meta.tolerance_dequantized !== undefined;
  // A float16 file rounds more than its weights: 1/√d and √2 are constants of the graph.
  const roundedConstants = meta.dtype === 'float16';

  const compare = (quantity: Quantity, name: string, actual: Tensor | undefined) => {
    if (!actual) return void faults.push(`${name} is missing`);
    // A quantised file should reproduce the rounded network, where there is a golden for it; else it is only near the unrounded one.
    const sharp = rounded ? golden[`dequantized_${name}`] : golden[name];
    const error = relativeError(actual, sharp ?? golden[name]);
    const { attention, gradient, output } =
      sharp && meta.tolerance_dequantized
        ? { output: roundedConstants ? meta.tolerance.output : 1e-4, ...meta.tolerance_dequantized }
        : meta.tolerance;
    const limits = {
      attention,
      gradient,
      output,
      hidden: 5 * output,
      embedding_gradient: 5 * gradient,
      relevance: 5 * gradient,
    };
    if (sharp || !rounded) worst.set(quantity, Math.max(error, worst.get(quantity) ?? 0));
    if (!(error <= limits[quantity]))
      faults.push(`${name}: relative error ${error.toExponential(1)}, allowed ${limits[quantity].toExponential(1)}`);
  };

  for (const name of Object.keys(golden)) {
    const [quantity, ...rest] = name.split('.') as [Quantity, ...string[]];
    if (quantity === 'output' || quantity === 'hidden' || quantity === 'embedding_gradient')
      compare(quantity, name, traced.tensors[name]);
    if (quantity !== 'attention' && quantity !== 'gradient') continue;
    const index = place(Number(rest[rest.length - 1]));
    if (index !== null) compare(quantity, name, traced.tensors[[quantity, ...rest.slice(0, -1), index].join('.')]);
  }
  const relevances = fixtureRelevances(
    meta,
    (t, i, b) => headsOf(traced, t, place(i), b),
    (name) => golden[name].data.length,
  );
  for (const [name, numbers] of relevances)
    compare('relevance', name, floatTensor(golden[name].dims, Float32Array.from(numbers)));
  return { worst, faults, traced };
}

/** Where an attention of the golden is in our list. One that reaches no target may have been left out by the exporter. */
function placesOf({ meta }: Fixture, { report }: TracedModel, faults: string[]): (index: number) => number | null {
  const places = meta.attentions.map((a) => {
    const found = report.attentions.find((b) => b.stack === a.stack && b.layer === a.layer && b.kind === a.kind);
    if (!found) {
      if (!a.unused) faults.push(`no ${a.kind}-attention found in layer ${a.layer} of ${a.stack}`);
      return null;
    }
    const [, heads, queries, keys] = a.shape;
    const same = found.heads === heads && found.queries === queries && found.keys === keys && found.causal === a.causal;
    if (!same) faults.push(`attention ${a.index}: ${JSON.stringify(found)} is not ${JSON.stringify(a)}`);
    return found.index;
  });
  const order = places.filter((p) => p !== null);
  if (order.some((p, i) => p !== i)) faults.push(`attentions are in the order ${order.join(', ')}`);
  return (index) => places[index];
}

function headsOf({ tensors }: TracedModel, t: number, index: number | null, batch: number): Heads | null {
  if (index === null) return null;
  const a = tensors[`attention.${index}`];
  const [, heads, queries, keys] = a.dims;
  const size = heads * queries * keys;
  const part = (x: Tensor) => (x.data as Float32Array).subarray(batch * size, (batch + 1) * size);
  return { heads, queries, keys, attention: part(a), gradient: part(tensors[`gradient.${t}.${index}`]) };
}
