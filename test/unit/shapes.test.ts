import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { Builder } from '../../src/onnx/graph/builder';
import type { Shape } from '../../src/onnx/graph/dims';
import { symbol } from '../../src/onnx/graph/dims';
import { encodeModel } from '../../src/onnx/encode';
import type { Attribute, Value } from '../../src/onnx/graph/graph';
import { Graph, Node } from '../../src/onnx/graph/graph';
import { inferGraph, inferNode } from '../../src/onnx/shapes/infer';
import { shapeRules } from '../../src/onnx/shapes/table';
import type { ConstantTensor, OnnxDType } from '../../src/onnx/graph/tensor';
import { constant, dtypes, isFloat } from '../../src/onnx/graph/tensor';
import type { Tensor, TensorMap } from '../../src/shared/tensor';
import type { Row } from './shapes/rows';
import { rows } from './shapes/rows';
import { evaluateDim } from './support/evaluate-dim';
import { observe, valuesOf } from './support/oracle';
import { runModel } from './support/ort';
import { randomTensor } from './support/vjp-check';

/** The graph of a row: sizes are known, or symbols (equal sizes are one symbol), or nothing is declared. */
function graphOf(row: Row, declare: 'sizes' | 'symbols' | 'nothing'): { graph: Graph; feeds: TensorMap } {
  const graph = new Graph('row');
  graph.opsets.set('', row.opset ?? 18);
  const [domain, op] = row.op.includes(':') ? row.op.split(':') : ['', row.op];
  if (domain) graph.opsets.set(domain, 1);
  const feeds: Record<string, Tensor> = {};
  const inputs = row.inputs.map((given, i) => {
    if (!given) return undefined;
    if ('data' in given) return graph.constant(given);
    const tensor = 'fed' in given ? given.fed : randomTensor(given, i, 0.1, 1);
    const v = graph.value(`x${i}`);
    v.dtype = tensor.dtype;
    if (declare === 'sizes') v.shape = tensor.dims;
    if (declare === 'symbols') v.shape = tensor.dims.map((d) => (d <= 1 ? d : symbol(`d${d}`)));
    graph.inputs.push(v);
    feeds[v.name] = tensor;
    return v;
  });
  const outputs = Array.from({ length: row.outputs ?? 1 }, (_, i) => graph.value(`y${i}`));
  graph.append(new Node(op, domain, 'node', inputs, outputs, row.attributes ?? {}));
  graph.outputs.push(...outputs);
  inferGraph(graph);
  return { graph, feeds };
}

const sizesByName = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`d${n}`, n]));

/** `exactly`: sizes must be told; otherwise what is told must be right. */
function assertAgrees(v: Value, t: Tensor, what: string, exactly: boolean): void {
  const seen = `${what}: inferred ${v}, ONNX Runtime has ${t.dtype}[${t.dims.join(', ')}]`;
  assert.equal(v.dtype, t.dtype, seen);
  assert.equal(v.rank, t.dims.length, seen);
  v.shape?.forEach((d, i) => {
    const size = evaluateDim(d, sizesByName);
    assert.ok(size === t.dims[i] || (size === undefined && !exactly), seen);
  });
  v.content?.forEach((d, i) => {
    const x = evaluateDim(d, sizesByName);
    const y = Number(t.data[i]);
    assert.ok(
      x === undefined || Math.abs(x - y) <= 1e-6 * Math.abs(y),
      `${what}: ${v.content?.join()} is ${t.data.join()}`,
    );
  });
}

async function check(row: Row, ways: readonly ('symbols' | 'nothing')[] = ['symbols', 'nothing']): Promise<void> {
  const { graph, feeds } = graphOf(row, 'sizes');
  const what = JSON.stringify(row, (_, x: unknown) => (ArrayBuffer.isView(x) ? '…' : x));
  const probe = graphOf(row, 'sizes').graph;
  for (const v of probe.outputs) v.shape = undefined; // The runtime must find it by itself.
  const actual = await runModel(encodeModel(probe), feeds);
  for (const v of graph.outputs) assertAgrees(v, actual[v.name], what, !row.open);
  for (const declare of ways)
    for (const v of graphOf(row, declare).graph.outputs)
      if (v.shape) assertAgrees(v, actual[v.name], `${what}, ${declare}`, false);
}

for (const op of new Set(rows.map((r) => r.op)))
  test(`${op} has the type and shape that ONNX Runtime finds`, async () => {
    for (const row of rows) if (row.op === op) await check(row);
  });

const holds = <T>(arbitrary: fc.Arbitrary<T>, row: (t: T) => Row, ways?: readonly 'nothing'[]) =>
  fc.assert(
    fc.asyncProperty(arbitrary, (t) => check(row(t), ways)),
    { numRuns: 40, seed: 5 },
  );
const int = (min: number, max: number) => fc.integer({ min, max });
const list = (x: readonly number[]): ConstantTensor => constant('int64', [x.length], x);

interface Part {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

test('Slice with any bounds and steps, of sizes and of contents', async () => {
  const bound = fc.oneof(int(-7, 7), fc.constantFrom(2 ** 31 - 1, -(2 ** 31), 2 ** 62, -(2 ** 62)));
  const part = fc.record({ start: bound, end: bound, step: fc.constantFrom(1, 2, -1, -2, 3) });
  const bounds = fc.record({ a: part, b: part, small: fc.boolean() });
  const numbers = Array.from({ length: 15 }, (_, i) => i);
  const row = ({ a, b, small }: { a: Part; b: Part; small: boolean }): Row => ({
    op: 'Slice',
    inputs: [
      small ? constant('int64', [3, 5], numbers) : [3, 5],
      list([a.start, b.start]),
      list([a.end, b.end]),
      list([0, -1]),
      list([a.step, b.step]),
    ],
    open: [a, b].some(({ end, step }) => step < 0 && end > 7),
  });
  await holds(bounds, row, ['nothing']);
});

test('Slice of a symbolic axis, with bounds that lie inside it', async () => {
  const bounds = fc.record({ start: fc.constantFrom(0, 1, 2, -6, -7), end: fc.constantFrom(3, 4, -1, -2, 2 ** 40) });
  await holds(bounds, ({ start, end }) => ({ op: 'Slice', inputs: [[8], list([start]), list([end])] }));
  await holds(fc.constantFrom(-1, 0), (start) => ({
    op: 'Slice',
    inputs: [[8], list([start]), list([start < 0 ? 2 ** 40 : 1])],
  }));
  await check({ op: 'Slice', inputs: [[8], list([-1]), list([-(2 ** 40)]), list([0]), list([-1])] });
});

test('windows with any kernel, stride, dilation and padding', async () => {
  const pads = fc.record({ begin: int(0, 1), end: int(0, 1) });
  const drawn = fc.record({
    size: int(5, 12),
    k: int(2, 3),
    stride: int(1, 4),
    dilation: int(1, 2),
    pads,
    ceil: int(0, 1),
  });
  await holds(drawn, ({ size, k, stride, dilation, pads: p, ceil }) => ({
    op: 'MaxPool',
    inputs: [[1, 2, size]],
    attributes: {
      kernel_shape: [k],
      strides: [stride],
      dilations: [dilation],
      pads: [p.begin, p.end],
      ceil_mode: ceil,
    },
  }));
  await holds(drawn, ({ size, k, stride, dilation, pads: p }) => ({
    op: 'Conv',
    inputs: [
      [1, 2, size],
      [3, 2, k],
    ],
    attributes: { strides: [stride], dilations: [dilation], pads: [p.begin, p.end] },
  }));
  await holds(drawn, ({ size, k, stride, dilation, pads: p }) => ({
    op: 'ConvTranspose',
    inputs: [
      [1, 2, size],
      [2, 3, k],
    ],
    attributes: { strides: [stride], dilations: [dilation], pads: [p.begin, p.end] },
  }));
});

test('integer arithmetic on contents', () =>
  holds(
    fc.record({
      op: fc.constantFrom('Add', 'Sub', 'Mul', 'Div', 'Mod', 'Max', 'Min', 'Equal', 'Less', 'GreaterOrEqual'),
      a: fc.array(int(-9, 9), { minLength: 1, maxLength: 4 }),
      b: int(1, 9),
      sign: fc.constantFrom(1, -1),
    }),
    ({ op, a, b, sign }) => ({ op, inputs: [list(a), constant('int64', [], [b * sign])] }),
  ));

// What exporters write on sizes that they do not know.

const [batch, sequence] = ['batch', 'sequence'].map(symbol);

function builder(shape: Shape, dtype: OnnxDType = 'float32'): { g: Builder; x: Value } {
  const g = new Builder(new Graph());
  const x = g.graph.value('x');
  x.dtype = dtype;
  x.shape = shape;
  return { g, x };
}

test('heads are split and merged again', () => {
  const { g, x } = builder([batch, sequence, 768]);
  const size = (axis: number) =>
    g.unsqueeze(g.gather(g.op('Shape', [x]), g.tensor(constant('int64', [], [axis])), 0), [0]);
  const heads = g.reshape(x, g.concat([size(0), size(1), g.ints([12, -1])], 0));
  assert.deepEqual(heads.shape, [batch, sequence, 12, 64]);
  const merged = g.reshape(
    g.transpose(heads, [0, 2, 1, 3]),
    g.concat([size(0), g.ints([12]), g.ints([-1]), g.ints([64])], 0),
  );
  assert.deepEqual(merged.shape, [batch, 12, sequence, 64]);
  const folded = g.reshape(merged, g.concat([g.mul(size(0), g.ints([12])), g.ints([-1, 64])], 0));
  assert.deepEqual(folded.shape, ['12*$batch', sequence, 64]);
  assert.deepEqual(g.reshape(folded, g.concat([size(0), g.ints([12, -1, 64])], 0)).shape, [batch, 12, sequence, 64]);
});

test("torch's Expand: Where(shape = −1, ones, shape) is the shape, for no size is −1", () => {
  const { g, x } = builder([batch, sequence]);
  const shape = g.concat([g.shapePart(x, 0, 1), g.ints([1]), g.shapePart(x, 1)], 0);
  const ones = g.fill(g.op('Shape', [shape]), 1, 'int64');
  const minus = g.mul(ones, g.tensor(constant('int64', [], [-1])));
  const wanted = g.where(g.equal(shape, minus), ones, shape);
  assert.deepEqual(wanted.content, [batch, 1, sequence]);
  const mask = g.unsqueeze(x, [1]);
  assert.deepEqual(g.expand(mask, wanted).shape, [batch, 1, sequence]);
});

test('a cache and its mask: keys are past + sequence, and the difference comes back', () => {
  const past = symbol('past');
  const { g, x } = builder([batch, 12, sequence, 64]);
  const cache = g.graph.value('cache');
  cache.shape = [batch, 12, past, 64];
  const keys = g.concat([cache, x], -2);
  assert.deepEqual(keys.shape, [batch, 12, '(+$past + $sequence)', 64]);
  const [total, now] = [g.shapePart(keys, 2, 3), g.shapePart(x, 2, 3)];
  const mask = g.tensor({ dtype: 'bool', dims: [1, 1, 1024, 1024], data: new Uint8Array(1 << 20) });
  const rows = g.slice(mask, 2, g.sub(total, now), total);
  assert.deepEqual(rows.shape, [1, 1, sequence, 1024]);
  assert.deepEqual(g.slice(rows, 3, g.ints([0]), total).shape, [1, 1, sequence, '(+$past + $sequence)']);
});

test('positions, patches and halves', () => {
  const { g, x } = builder([batch, sequence], 'int64');
  const table = g.tensor({ dtype: 'int64', dims: [1, 512], data: new Uint8Array(8 * 512) });
  assert.deepEqual(g.slice(table, 1, 0, g.shapePart(x, 1)).shape, [1, sequence]);
  const scalar = (n: number) => g.tensor(constant('int64', [], [n]));
  const length = g.squeeze(g.shapePart(x, 1), [0]);
  assert.deepEqual(g.op('Range', [scalar(0), length, scalar(1)]).shape, [sequence]);

  const pixels = g.graph.value('pixels');
  pixels.shape = [batch, 3, symbol('height'), symbol('width')];
  const weights = g.tensor({ dtype: 'float32', dims: [768, 3, 16, 16], data: new Uint8Array(4) });
  const patches = g.op('Conv', [pixels, weights], { strides: [16, 16] });
  assert.deepEqual(patches.shape, [batch, 768, '($height/16)', '($width/16)']);
  const rows = g.reshape(patches, [0, 768, -1]);
  assert.deepEqual(rows.shape, [batch, 768, '($height/16)*($width/16)']);
  const [a, b] = g.ops('Split', [g.reshape(pixels, [0, 0, -1])], 2, { axis: -1, num_outputs: 2 });
  assert.equal(a.rank, 3);
  assert.equal(b.rank, 3);
});

test('what is read from data is no size: −1 may stand there', () => {
  const { g, x } = builder([batch, sequence, 768]);
  const wanted = g.graph.value('wanted');
  wanted.dtype = 'int64';
  wanted.shape = [1];
  const y = g.reshape(x, g.concat([wanted, g.ints([12, 64])], 0));
  assert.equal(y.rank, 3);
  assert.deepEqual(y.shape?.slice(1), [12, 64]);
  assert.notEqual(y.shape?.[0], wanted.content?.[0]);
  assert.equal(g.reshape(x, wanted).rank, 1);
});

test('sizes that are scaled in floating point come back as integers', () => {
  const { g, x } = builder([1, 3, 225, 15]);
  const halves = g.mul(g.cast(g.shapePart(x, 2), 'float32'), g.scalar(0.5));
  assert.deepEqual(g.cast(g.op('Floor', [halves]), 'int64').content, [112, 7]);
});

// Fixtures: reality.

const fixtures = new URL('../fixtures/', import.meta.url);
const models = readdirSync(fixtures).filter((name) => existsSync(new URL(`${name}/model.onnx`, fixtures)));

for (const name of models.filter((n) => /\.(ts12|ts14|dynamo18|dynamo23|ort-fused|int8)$/.test(n)))
  test(`${name}: nothing is inferred that a run contradicts, and ranks are known`, async () => {
    const { symbolic, concrete, actual } = await observe(new URL(name, fixtures));
    for (const graph of [symbolic, concrete]) {
      const sizes = new Map<string, number>();
      /** A symbol is one size wherever it stands. */
      const stands = (d: number | string, size: number, v: Value) => {
        const known = typeof d === 'number' ? d : (sizes.get(d) ?? size);
        if (typeof d === 'string') sizes.set(d, size);
        const close = Math.abs(known - size) <= 1e-6 * Math.abs(size);
        assert.ok(close || Object.is(known, size), `${v.producer}: ${v} has ${d} where the run has ${size}`);
      };
      const floats = valuesOf(graph).filter((v) => isFloat(v.dtype));
      assert.ok(floats.filter((v) => v.shape).length >= 0.99 * floats.length, 'ranks');
      for (const v of valuesOf(graph)) {
        const t = actual[v.name];
        assert.equal(v.dtype, t?.dtype, `${v.producer}`);
        if (v.shape) assert.equal(v.rank, t.dims.length, `${v.producer}: ${v} where the run has [${t.dims.join()}]`);
        v.shape?.forEach((d, i) => stands(d, t.dims[i], v));
        v.content?.forEach((d, i) => stands(d, Number(t.data[i]), v));
      }
    }
    const floats = valuesOf(concrete).filter((v) => isFloat(v.dtype));
    assert.ok(
      floats.every((v) => v.shape?.every((d) => typeof d === 'number')),
      'sizes of all values follow from those of the inputs',
    );
  });

// Damaged files.

test('no rule throws, whatever it is given, and no size is negative or broken', () => {
  const dim = fc.oneof(int(0, 5), fc.constantFrom('$a', '$b', '2*$a', '(+1 + $b)', 'dim($x,0)'));
  const value = fc.record({
    dtype: fc.constantFrom<OnnxDType | undefined>('float32', 'int64', 'bool', 'uint8', undefined),
    shape: fc.option(fc.array(dim, { maxLength: 5 }), { nil: undefined }),
    numbers: fc.option(fc.array(int(-3, 6), { maxLength: 4 }), { nil: undefined }),
  });
  const attribute: fc.Arbitrary<Attribute> = fc.oneof(
    int(-3, 6),
    fc.array(int(-2, 4), { maxLength: 5 }),
    fc.constantFrom('SAME_UPPER', 'ij,jk->ik', '...', 'a->b,'),
  );
  // prettier-ignore
  const names = ['axis', 'axes', 'perm', 'keepdims', 'kernel_shape', 'strides', 'pads', 'dilations', 'auto_pad', 'group', 'equation', 'split', 'num_outputs', 'to', 'num_heads', 'kv_num_heads', 'q_num_heads', 'qkv_hidden_sizes', 'blocksize', 'start', 'end', 'shape', 'value', 'ceil_mode', 'output_shape', 'batch_dims', 'scales', 'N', 'transA', 'starts', 'ends', 'hidden_size', 'dtype', 'k', 'pooled_shape', 'gather_axis', 'bits'];
  const drawn = fc.record({
    op: fc.constantFrom(...shapeRules.keys()),
    inputs: fc.array(fc.option(value, { nil: undefined }), { maxLength: 7 }),
    attributes: fc.dictionary(fc.constantFrom(...names), attribute, { maxKeys: 8 }),
    outputs: int(0, 4),
    opset: int(11, 26),
  });
  fc.assert(
    fc.property(drawn, ({ op, inputs, attributes, outputs, opset }) => {
      const graph = new Graph();
      const [domain, name] = op.includes(':') ? op.split(':') : ['', op];
      const values = inputs.map((x, i) => {
        if (!x) return undefined;
        if (x.numbers) return graph.constant(constant('int64', [x.numbers.length], x.numbers));
        const v = graph.value(`x${i}`);
        v.dtype = x.dtype;
        v.shape = x.shape;
        return v;
      });
      const results = Array.from({ length: outputs }, (_, i) => graph.value(`y${i}`));
      inferNode(new Node(name, domain, 'node', values, results, attributes), opset);
      for (const v of results) {
        assert.ok(v.dtype === undefined || v.dtype in dtypes);
        for (const d of v.shape ?? [])
          assert.ok(typeof d === 'string' ? !/undefined|NaN|null/.test(d) : d >= 0, `${v}`);
        for (const d of v.content ?? [])
          assert.ok(typeof d === 'string' ? !/undefined|NaN|null/.test(d) : d !== undefined, `${v.content?.join()}`);
      }
    }),
    { numRuns: 20000, seed: 9 },
  );
});
