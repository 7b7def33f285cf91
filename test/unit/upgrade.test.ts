import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeModel } from '../../src/onnx/encode';
import type { Attributes } from '../../src/onnx/graph/graph';
import { Graph, Node } from '../../src/onnx/graph/graph';
import type { ConstantTensor, OnnxDType } from '../../src/onnx/graph/tensor';
import { constant } from '../../src/onnx/graph/tensor';
import { upgradeTo18 } from '../../src/onnx/upgrade/upgrade';
import { UnsupportedModel } from '../../src/shared/errors';
import type { Tensor } from '../../src/shared/tensor';
import { runModel } from './support/ort';
import { randomTensor } from './support/vjp-check';

interface Old {
  readonly opset: number;
  readonly op: string;
  readonly dims: readonly number[];
  /** Inputs behind the first. */
  readonly constants?: readonly (ConstantTensor | null)[];
  readonly attributes?: Attributes;
  readonly outputs?: number;
  /** Whether the file says what shape its input has. */
  readonly declared?: boolean;
}

function graphOf({ opset, op, dims, constants = [], attributes = {}, outputs = 1, declared = true }: Old): Graph {
  const graph = new Graph('old');
  graph.opsets.set('', opset);
  const x = graph.value('x');
  x.dtype = 'float32';
  if (declared) x.shape = dims;
  graph.inputs.push(x);
  const y = Array.from({ length: outputs }, (_, i) => graph.value(`y${i}`));
  const inputs = [x, ...constants.map((t) => (t ? graph.constant(t) : undefined))];
  graph.append(new Node(op, '', 'node', inputs, y, attributes));
  for (const v of y) {
    v.dtype = 'float32';
    graph.outputs.push(v);
  }
  return graph;
}

/** The same numbers before and after, in ONNX Runtime. */
async function sameNumbers(old: Old): Promise<Graph> {
  const x = randomTensor(old.dims, 7);
  const before = await runModel(encodeModel(graphOf(old)), { x });
  const graph = graphOf(old);
  upgradeTo18(graph);
  assert.equal(graph.opset, 18);
  const after = await runModel(encodeModel(graph), { x });
  assert.deepEqual(Object.keys(after), Object.keys(before));
  for (const [name, t] of Object.entries(before)) assertSame(after[name], t, JSON.stringify(old));
  return graph;
}

function assertSame(a: Tensor, b: Tensor, what: string): void {
  assert.deepEqual([...a.dims], [...b.dims], what);
  a.data.forEach((v, i) => {
    const [p, q] = [Number(v), Number(b.data[i])];
    assert.ok(p === q || Math.abs(p - q) <= 1e-6 * (1 + Math.abs(q)), `${what}: ${p} is not ${q} at ${i}`);
  });
}

const shape = (min: number, max = 4) => fc.array(fc.integer({ min: 1, max: 3 }), { minLength: min, maxLength: max });
/** A shape and some of its axes, each once, counted from either end. */
const shapeAndAxes = shape(1).chain((dims) =>
  fc.record({
    dims: fc.constant(dims),
    axes: fc
      .subarray([...dims.keys()], { minLength: 1 })
      .chain((axes) => fc.tuple(...axes.map((a) => fc.constantFrom(a, a - dims.length)))),
  }),
);
const holds = <T>(arbitrary: fc.Arbitrary<T>, property: (t: T) => Promise<unknown>) =>
  fc.assert(
    fc.asyncProperty(arbitrary, async (t) => void (await property(t))),
    { numRuns: 25, seed: 3 },
  );

const reductions = [
  'ReduceL1',
  'ReduceL2',
  'ReduceMax',
  'ReduceMean',
  'ReduceMin',
  'ReduceProd',
  'ReduceSum',
  'ReduceSumSquare',
  'ReduceLogSumExp',
];

test('reductions read their axes from an input', () =>
  holds(
    fc.record({
      op: fc.constantFrom(...reductions),
      opset: fc.constantFrom(11, 12),
      keepdims: fc.constantFrom(0, 1),
      x: shapeAndAxes,
      all: fc.boolean(),
    }),
    ({ op, opset, keepdims, x, all }) =>
      sameNumbers({ op, opset, dims: x.dims, attributes: all ? { keepdims } : { keepdims, axes: x.axes } }),
  ));

test('at 13 to 17, ReduceSum has its axes as an input already and the others follow', async () => {
  await sameNumbers({ op: 'ReduceSum', opset: 13, dims: [2, 3], constants: [constant('int64', [1], [1])] });
  await sameNumbers({ op: 'ReduceMean', opset: 17, dims: [2, 3], attributes: { axes: [-1] } });
});

test('Softmax, LogSoftmax and Hardmax below 13 normalise the rows of a matrix', () =>
  holds(
    shape(1).chain((dims) =>
      fc.record({
        op: fc.constantFrom('Softmax', 'LogSoftmax', 'Hardmax'),
        opset: fc.constantFrom(11, 12),
        dims: fc.constant(dims),
        axis: fc.option(fc.integer({ min: -dims.length, max: dims.length - 1 }), { nil: undefined }),
        declared: fc.boolean(),
      }),
    ),
    ({ axis, ...old }) =>
      old.dims.length === 1 && axis === undefined
        ? Promise.resolve() // The default axis is 1.
        : sameNumbers({ ...old, attributes: axis === undefined ? {} : { axis } }),
  ));

test('a Softmax over the last axis stays one node', async () => {
  const attention = await sameNumbers({ op: 'Softmax', opset: 11, dims: [1, 2, 3, 3], attributes: { axis: 3 } });
  assert.deepEqual(
    attention.nodes.map((n) => [n.op, n.int('axis', 0)]),
    [['Softmax', -1]],
  );
  const classes = await sameNumbers({ op: 'Softmax', opset: 11, dims: [2, 5, 1, 1] });
  assert.equal(classes.nodes.length, 1);
});

test('Squeeze and Unsqueeze read their axes from an input', async () => {
  await sameNumbers({ op: 'Squeeze', opset: 11, dims: [1, 3, 1], attributes: { axes: [0, -1] } });
  await sameNumbers({ op: 'Squeeze', opset: 11, dims: [1, 3, 1] });
  await holds(
    fc.record({ dims: shape(0, 3), axes: fc.constantFrom([0], [-1], [0, 1], [1, 0], [-1, 0]) }),
    ({ dims, axes }) =>
      axes.some((a) => a > dims.length + axes.length - 1)
        ? Promise.resolve()
        : sameNumbers({ op: 'Unsqueeze', opset: 12, dims, attributes: { axes } }),
  );
});

test('Split has its sizes as an input, or the number of its outputs', async () => {
  await sameNumbers({ op: 'Split', opset: 11, dims: [2, 6], outputs: 2, attributes: { axis: 1, split: [2, 4] } });
  await sameNumbers({ op: 'Split', opset: 11, dims: [6, 2], outputs: 3 });
  await sameNumbers({ op: 'Split', opset: 17, dims: [2, 6], outputs: 3, attributes: { axis: -1 } });
  const sizes = constant('int64', [2], [1, 5]);
  await sameNumbers({ op: 'Split', opset: 13, dims: [2, 6], outputs: 2, attributes: { axis: 1 }, constants: [sizes] });
});

test('Dropout has no ratio', async () => {
  const graph = await sameNumbers({ op: 'Dropout', opset: 11, dims: [2, 3], attributes: { ratio: { float: 0.4 } } });
  assert.deepEqual(graph.nodes[0].attributes, {});
});

const perChannel = [1, 2, 3, 4].map((seed) => {
  const t = randomTensor([3], seed, 0.5, 1.5);
  return constant('float32', t.dims, [...(t.data as Float32Array)]);
});

test('BatchNormalization keeps its result and loses its training outputs', async () => {
  const old: Old = { op: 'BatchNormalization', opset: 11, dims: [2, 3, 4], constants: perChannel };
  await sameNumbers(old);
  const graph = graphOf({ ...old, outputs: 5 });
  graph.outputs.length = 1;
  upgradeTo18(graph);
  assert.equal(graph.nodes[0].outputs.length, 1);
});

test('a BatchNormalization whose running statistics are read is refused by name', () => {
  const graph = graphOf({ op: 'BatchNormalization', opset: 12, dims: [2, 3, 4], constants: perChannel, outputs: 3 });
  assert.throws(() => upgradeTo18(graph), { kind: 'unsupported-model', message: /Node "node".*inference mode/ });
});

const none = constant('float32', [0], []);

test('Resize at 11 leaves out what is empty', async () => {
  const scales = constant('float32', [4], [1, 1, 2, 1.5]);
  const sizes = constant('int64', [4], [1, 2, 5, 7]);
  for (const mode of ['nearest', 'linear', 'cubic'])
    for (const coordinates of ['half_pixel', 'align_corners', 'asymmetric', 'pytorch_half_pixel']) {
      const attributes = { mode, coordinate_transformation_mode: coordinates };
      const old = { op: 'Resize', opset: 11, dims: [1, 2, 3, 4], attributes };
      await sameNumbers({ ...old, constants: [none, scales] });
      const graph = await sameNumbers({ ...old, constants: [none, none, sizes] });
      assert.deepEqual(
        graph.nodes[0].inputs.map((v) => v !== undefined),
        [true, false, false, true],
      );
    }
  const attributes = { mode: 'nearest', coordinate_transformation_mode: 'tf_half_pixel_for_nn' };
  await sameNumbers({ op: 'Resize', opset: 11, dims: [1, 2, 3, 4], constants: [none, scales], attributes });
});

test('RoiAlign at 11 does not shift its boxes', async () => {
  const boxes = constant('float32', [2, 4], [0, 0, 3, 3, 1, 1, 4, 2]);
  const attributes = { output_height: 2, output_width: 2, spatial_scale: { float: 1 } };
  const constants = [boxes, constant('int64', [2], [0, 0])];
  await sameNumbers({ op: 'RoiAlign', opset: 11, dims: [1, 2, 5, 5], constants, attributes });
});

test('operators whose new attributes have the old meaning as default need nothing', async () => {
  const i64 = (...x: number[]) => constant('int64', [x.length], x);
  const scalar = (x: number, dtype: OnnxDType = 'float32') => constant(dtype, [], [x]);
  const rows: readonly Old[] = [
    { op: 'Pad', opset: 11, dims: [2, 3], constants: [i64(1, 0, 0, 2), scalar(3)] },
    { op: 'Pad', opset: 12, dims: [2, 3], constants: [i64(1, 0, 0, 2)], attributes: { mode: 'reflect' } },
    { op: 'Clip', opset: 11, dims: [4], constants: [null, scalar(0.2)] },
    { op: 'Pow', opset: 11, dims: [4], constants: [scalar(2)] },
    { op: 'Max', opset: 11, dims: [4], constants: [scalar(0.1)] },
    { op: 'Slice', opset: 11, dims: [4, 5], constants: [i64(1), i64(-1), i64(1), i64(2)] },
    { op: 'Reshape', opset: 11, dims: [2, 6], constants: [i64(0, -1, 2)] },
    { op: 'GatherND', opset: 11, dims: [2, 3], constants: [constant('int64', [1, 2], [1, 2])] },
    { op: 'MeanVarianceNormalization', opset: 11, dims: [2, 3, 2, 2] },
    { op: 'LpPool', opset: 11, dims: [1, 2, 4, 4], attributes: { kernel_shape: [2, 2] } },
    {
      op: 'MaxPool',
      opset: 11,
      dims: [1, 2, 5, 5],
      attributes: { kernel_shape: [2, 2], ceil_mode: 1, strides: [2, 2] },
    },
    { op: 'CumSum', opset: 11, dims: [2, 3], constants: [scalar(1, 'int64')] },
    { op: 'PRelu', opset: 11, dims: [2, 3], constants: [scalar(0.1)] },
    { op: 'LeakyRelu', opset: 11, dims: [2, 3] },
    { op: 'Flatten', opset: 11, dims: [2, 3, 2], attributes: { axis: -1 } },
    {
      op: 'ScatterElements',
      opset: 11,
      dims: [2, 3],
      constants: [constant('int64', [1, 2], [1, 0]), constant('float32', [1, 2], [5, 6])],
      attributes: { axis: 1 },
    },
    {
      op: 'ScatterND',
      opset: 11,
      dims: [4],
      constants: [constant('int64', [2, 1], [1, 3]), constant('float32', [2], [5, 6])],
    },
  ];
  for (const row of rows) {
    const graph = await sameNumbers(row);
    assert.deepEqual(graph.nodes[0].attributes, row.attributes ?? {}, row.op);
  }
});

test('a graph of opset 18 or newer stays as it is', () => {
  for (const opset of [18, 21, 26]) {
    const graph = graphOf({ op: 'Softmax', opset, dims: [2, 3, 4], attributes: { axis: 1 } });
    upgradeTo18(graph);
    assert.equal(graph.opset, opset);
    assert.deepEqual(graph.nodes[0].attributes, { axis: 1 });
  }
});

test('a graph below opset 11 is refused with the way out', () => {
  const graph = graphOf({ op: 'Relu', opset: 9, dims: [2] });
  assert.throws(
    () => upgradeTo18(graph),
    (e: Error) => e instanceof UnsupportedModel && /opset 9.*version_converter.*export it again/.test(e.message),
  );
});
