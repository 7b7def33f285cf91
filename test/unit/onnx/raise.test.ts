import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Builder } from '../../../src/onnx/graph/builder';
import type { Value } from '../../../src/onnx/graph/graph';
import { Graph } from '../../../src/onnx/graph/graph';
import { raiseGraph } from '../../../src/onnx/raise/raise';
import { inferGraph } from '../../../src/onnx/shapes/infer';
import { constant, dtypes } from '../../../src/onnx/graph/tensor';
import { relativeError } from '../support/fixture';
import { randomFrom } from '../support/mutate';
import { runGraph } from '../support/ort';

const width = 6;
const random = randomFrom(5);
const numbers = (n: number) => Float32Array.from({ length: n }, () => 4 * random() - 2);
const x = { dtype: 'float32' as const, dims: [2, 3, width], data: numbers(6 * width) };

interface Pattern {
  /** Returns the pattern's result, and maybe more values that somebody reads. */
  (g: Builder, x: Value): Value | readonly Value[];
}

function graphOf(pattern: Pattern, opset = 18): Graph {
  const graph = new Graph();
  graph.opsets.set('', opset);
  const input = graph.value('x');
  input.dtype = 'float32';
  input.shape = x.dims;
  graph.inputs.push(input);
  const made = pattern(new Builder(graph), input);
  graph.outputs.push(...(Array.isArray(made) ? made : [made as Value]));
  inferGraph(graph);
  return graph;
}

/** The types of the nodes after raising; the results are checked to be what they were. */
async function raised(pattern: Pattern, opset?: number): Promise<string[]> {
  const before = graphOf(pattern, opset);
  const after = graphOf(pattern, opset);
  raiseGraph(after);
  assert.deepEqual(after.outputs.map((v) => v.name), before.outputs.map((v) => v.name)); // prettier-ignore
  const [expected, actual] = [await runGraph(before, { x }), await runGraph(after, { x })];
  for (const [name, t] of Object.entries(expected)) assert.ok(relativeError(actual[name], t) < 2e-5, name);
  return after.nodes.map((n) => n.type);
}

const list = (g: Builder, values: readonly number[] | Float32Array, dims?: readonly number[]) =>
  g.tensor(constant('float32', dims ?? [values.length], [...values]));
const gammas = numbers(width);
const betas = numbers(width);

// --- Gelu --------------------------------------------------------------------------------------------------------------------
const gate = (g: Builder, v: Value, root = Math.SQRT2, one = 1) =>
  g.add(g.op('Erf', [g.div(v, g.scalar(root))]), g.scalar(one));

const gelus: Readonly<Record<string, Pattern>> = {
  'x·(1 + erf(x/√2))·½': (g, v) => g.mul(g.mul(v, gate(g, v)), g.scalar(0.5)),
  '½·((1 + erf)·x)': (g, v) => g.mul(g.scalar(0.5), g.mul(gate(g, v), v)),
  '(½x)·(1 + erf)': (g, v) => g.mul(g.mul(g.scalar(0.5), v), gate(g, v)),
  '(1 + erf)·(x·½)': (g, v) => g.mul(gate(g, v), g.mul(v, g.scalar(0.5))),
  'x·(½·(1 + erf))': (g, v) => g.mul(v, g.mul(gate(g, v), g.scalar(0.5))),
  'erf(x·0.7071)': (g, v) =>
    g.mul(g.mul(v, g.add(g.scalar(1), g.op('Erf', [g.mul(v, g.scalar(Math.SQRT1_2))]))), g.scalar(0.5)),
  'constants of shape [1]': (g, v) =>
    g.mul(g.mul(v, g.add(g.op('Erf', [g.div(v, list(g, [Math.SQRT2]))]), list(g, [1]))), list(g, [0.5])),
};
for (const [form, pattern] of Object.entries(gelus))
  test(`Gelu as ${form}`, async () => assert.deepEqual(await raised(pattern), ['com.microsoft:Gelu']));

const noGelus: Readonly<Record<string, Pattern>> = {
  'erf(√2/x), the division the other way round': (g, v) =>
    g.mul(g.mul(v, g.add(g.op('Erf', [g.div(g.scalar(Math.SQRT2), g.shift(g.op('Abs', [v]), 1))]), g.scalar(1))), g.scalar(0.5)), // prettier-ignore
  'another root': (g, v) => g.mul(g.mul(v, gate(g, v, 1.4)), g.scalar(0.5)),
  'another sum': (g, v) => g.mul(g.mul(v, gate(g, v, Math.SQRT2, 1.001)), g.scalar(0.5)),
  'another half': (g, v) => g.mul(g.mul(v, gate(g, v)), g.scalar(0.5002)),
  'the gate of another value': (g, v) => g.mul(g.mul(v, gate(g, g.neg(v))), g.scalar(0.5)),
  'a half that adds an axis': (g, v) => g.mul(g.mul(v, gate(g, v)), list(g, [0.5], [1, 1, 1, 1])),
  'a row of halves': (g, v) => g.mul(g.mul(v, gate(g, v)), list(g, [0.5, 0.5, 0.5, 0.5, 0.5, 0.25])),
  'the tanh approximation, whose fused kernel is not exact': (g, v) =>
    g.mul(g.scale(v, 0.5), g.shift(g.tanh(g.scale(g.add(v, g.scale(g.mul(v, g.square(v)), 0.044715)), 0.79788456)), 1)),
};
for (const [form, pattern] of Object.entries(noGelus))
  test(`no Gelu: ${form}`, async () => {
    const before = graphOf(pattern).nodes.map((n) => n.type);
    assert.deepEqual(await raised(pattern), before);
  });

test('QuickGelu, x·σ(αx), either way round', async () => {
  const sigmoid = (g: Builder, v: Value) => g.sigmoid(g.mul(v, g.scalar(1.702)));
  assert.deepEqual(await raised((g, v) => g.mul(v, sigmoid(g, v))), ['com.microsoft:QuickGelu']);
  assert.deepEqual(await raised((g, v) => g.mul(sigmoid(g, v), v)), ['com.microsoft:QuickGelu']);
  const other: Pattern = (g, v) => g.mul(v, sigmoid(g, g.neg(v)));
  assert.deepEqual(await raised(other), ['Neg', 'Mul', 'Sigmoid', 'Mul']);
  const rows: Pattern = (g, v) => g.mul(v, g.sigmoid(g.mul(v, list(g, gammas))));
  assert.deepEqual(await raised(rows), ['Mul', 'Sigmoid', 'Mul']);
});

test('who reads a value inside the pattern still gets it', async () => {
  const types = await raised((g, v) => {
    const inner = gate(g, v);
    return [g.mul(g.mul(v, inner), g.scalar(0.5)), g.neg(inner)];
  });
  assert.ok(types.includes('com.microsoft:Gelu') && types.includes('Erf'));
});

// --- normalisations -------------------------------------------------------------------------------------------------------------
interface Norm {
  readonly axis?: number;
  readonly epsilon?: number;
  readonly power?: number;
  readonly gamma?: (g: Builder) => Value;
  readonly beta?: (g: Builder) => Value;
}

const mean = (g: Builder, v: Value, axis = -1) => g.reduceMean(v, [axis], { keepdims: true });

/** LayerNormalization as PyTorch exports it below opset 17. */
const layerNorm =
  ({ axis = -1, epsilon = 1e-5, power = 2, gamma, beta }: Norm = {}): Pattern =>
  (g, v) => {
    const centred = g.sub(v, mean(g, v, axis));
    const variance = mean(g, g.pow(centred, g.scalar(power)), axis);
    const normalised = g.div(centred, g.sqrt(g.add(variance, g.scalar(epsilon))));
    return g.add(g.mul(normalised, gamma?.(g) ?? list(g, gammas)), beta?.(g) ?? list(g, betas));
  };

/** T5's: γ · (x · 1/√(mean x² + ε)). */
const rmsNorm =
  ({ axis = -1, gamma }: Norm = {}): Pattern =>
  (g, v) => {
    const inverse = g.div(g.scalar(1), g.sqrt(g.add(mean(g, g.square(v), axis), g.scalar(1e-6))));
    return g.mul(gamma?.(g) ?? list(g, gammas), g.mul(v, inverse));
  };

test('LayerNormalization, taken apart', async () => {
  assert.deepEqual(await raised(layerNorm()), ['LayerNormalization']);
  assert.deepEqual(await raised(layerNorm({ axis: 2 })), ['LayerNormalization']);
  assert.deepEqual(await raised(layerNorm({ epsilon: 0.5 })), ['LayerNormalization']);
});

test('with casts to the type that it has already', async () => {
  const cast = (g: Builder, v: Value) => g.op('Cast', [v], { to: dtypes.float32 });
  const types = await raised((g, v) => {
    const centred = g.sub(v, mean(g, v));
    const variance = mean(g, g.pow(cast(g, centred), g.scalar(2)));
    return g.mul(g.div(cast(g, centred), cast(g, g.sqrt(g.add(variance, g.scalar(1e-5))))), list(g, gammas));
  });
  assert.deepEqual(types, ['LayerNormalization']);
});

test('RMS normalisation, by Div, Reciprocal or 1/√', async () => {
  assert.deepEqual(await raised(rmsNorm()), ['SimplifiedLayerNormalization']);
  const root = (g: Builder, v: Value) => g.sqrt(g.add(mean(g, g.square(v)), g.scalar(1e-6)));
  assert.deepEqual(await raised((g, v) => g.mul(g.div(v, root(g, v)), list(g, gammas))), ['SimplifiedLayerNormalization']); // prettier-ignore
  assert.deepEqual(await raised((g, v) => g.mul(list(g, gammas), g.mul(g.op('Reciprocal', [root(g, v)]), v))), ['SimplifiedLayerNormalization']); // prettier-ignore
  const bare = (g: Builder, v: Value) => g.sqrt(mean(g, g.square(v)));
  assert.deepEqual(await raised((g, v) => g.mul(list(g, gammas), g.div(v, bare(g, v)))), ['SimplifiedLayerNormalization']); // prettier-ignore
});

test('RMSNormalization of what has no mean any more', async () => {
  const types = (last: (g: Builder, v: Value) => Value) => raised((g, v) => last(g, g.sub(v, mean(g, v))), 23);
  const norm = (axis: number) => (g: Builder, v: Value) =>
    g.op('RMSNormalization', [v, list(g, gammas)], { axis, epsilon: { float: 1e-3 } });
  assert.deepEqual(await types(norm(-1)), ['LayerNormalization']);
  assert.deepEqual(await types(norm(2)), ['LayerNormalization']);
  assert.deepEqual(await types(norm(1)), ['ReduceMean', 'Sub', 'RMSNormalization']);
});

const noNorms: Readonly<Record<string, Pattern>> = {
  'another axis': layerNorm({ axis: 1 }),
  'another power': (g, v) => layerNorm({ power: 4 })(g, v),
  'γ of one element, which is broadcast': layerNorm({ gamma: (g) => list(g, [2]) }),
  'γ of rank 3': layerNorm({ gamma: (g) => list(g, gammas, [1, 1, width]) }),
  'RMS over another axis': rmsNorm({ axis: 1 }),
  'RMS with γ of one element': rmsNorm({ gamma: (g) => list(g, [2]) }),
  'the root of another value': (g, v) =>
    g.mul(g.div(v, g.sqrt(g.add(mean(g, g.square(g.neg(v))), g.scalar(1)))), list(g, gammas)),
  'a sum, not a mean': (g, v) =>
    g.mul(g.div(v, g.sqrt(g.add(g.reduceSum(g.square(v), [-1], { keepdims: true }), g.scalar(1)))), list(g, gammas)),
  '2/√, not 1/√': (g, v) =>
    g.mul(list(g, gammas), g.mul(v, g.div(g.scalar(2), g.sqrt(g.add(mean(g, g.square(v)), g.scalar(1)))))),
  'ε outside the root': (g, v) => g.mul(list(g, gammas), g.div(v, g.add(g.sqrt(mean(g, g.square(v))), g.scalar(1)))),
};
for (const [form, pattern] of Object.entries(noNorms))
  test(`no normalisation: ${form}`, async () => {
    const types = await raised(pattern);
    assert.ok(!types.some((t) => t.includes('LayerNormalization')), types.join());
  });

test('β is taken in only if it has the shape of γ', async () => {
  assert.deepEqual(await raised(layerNorm({ beta: (g) => list(g, [2]) })), ['LayerNormalization', 'Add']);
  assert.deepEqual(await raised(layerNorm({ beta: (g) => list(g, betas, [1, width]) })), ['LayerNormalization', 'Add']);
});

test('a graph output inside the pattern keeps its name and value', async () => {
  const types = await raised((g, v) => {
    const normalised = rmsNorm()(g, v) as Value;
    return [normalised, g.identity(normalised), g.op('Dropout', [normalised])];
  });
  assert.deepEqual(types, ['SimplifiedLayerNormalization', 'Identity', 'Dropout']);
});
