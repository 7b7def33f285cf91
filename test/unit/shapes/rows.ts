import type { Attributes } from '../../../src/onnx/graph/graph';
import type { ConstantTensor } from '../../../src/onnx/graph/tensor';
import { constant, dtypes } from '../../../src/onnx/graph/tensor';
import type { Tensor } from '../../../src/shared/tensor';

/** Axis sizes stand for a float32 input of that shape; what is fed is an input with these numbers, a constant is an initializer. */
export type RowInput = readonly number[] | { readonly fed: Tensor } | ConstantTensor | null;

/** One node whose outputs ONNX Runtime computes, to hold its shape rule against. */
export interface Row {
  readonly op: string;
  readonly inputs: readonly RowInput[];
  readonly attributes?: Attributes;
  readonly outputs?: number;
  readonly opset?: number;
  /** Sizes that the rule cannot know even for known inputs (how many are not zero …); ranks are held all the same. */
  readonly open?: boolean;
}

const i64 = (...x: number[]): ConstantTensor => constant('int64', [x.length], x);
const i64s = (dims: number[], x: number[]): ConstantTensor => constant('int64', dims, x);
const scalar = (x: number): ConstantTensor => constant('int64', [], [x]);
const f32 = (...x: number[]): ConstantTensor => constant('float32', [x.length], x);
const float = (x: number): ConstantTensor => constant('float32', [], [x]);
const zeros = (dtype: Tensor['dtype'], make: (count: number) => Tensor['data']) => {
  return (...dims: number[]) => ({ fed: { dtype, dims, data: make(dims.reduce((n, d) => n * d, 1)) } });
};
const u8 = zeros('uint8', (n) => new Uint8Array(n));
const i8 = zeros('int8', (n) => new Int8Array(n));
const ids = zeros('int64', (n) => new BigInt64Array(n));
const bools = zeros('bool', (n) => new Uint8Array(n));
const zero = constant('uint8', [], [0]);
const zeroI8 = constant('int8', [], [0]);
const ms = (op: string) => `com.microsoft:${op}`;
const row = (op: string, inputs: readonly RowInput[], attributes?: Attributes, more?: Partial<Row>): Row => ({
  op,
  inputs,
  attributes,
  ...more,
});

const unary =
  'Abs Acos Asin Atan Ceil Celu Cos Cosh Elu Erf Exp Floor HardSigmoid HardSwish Identity LeakyRelu Log Mish Neg Reciprocal Relu Round ' +
  'Selu Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Tan Tanh ThresholdedRelu Softmax LogSoftmax Hardmax Trilu IsNaN IsInf';
const binary = 'Add Sub Mul Div Pow Max Min Sum Mean Equal Less Greater LessOrEqual GreaterOrEqual';
const reductions =
  'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare';
const image = [2, 3, 7, 9];
const kernel = { kernel_shape: [3, 2] };

export const rows: readonly Row[] = [
  ...unary.split(' ').map((op) => row(op, [[2, 3]])),
  ...binary.split(' ').map((op) =>
    row(op, [
      [2, 1, 3],
      [4, 1],
    ]),
  ),
  ...'And Or Xor'.split(' ').map((op) => row(op, [bools(2, 1), bools(3)])),
  ...'BitwiseAnd BitwiseOr BitwiseXor Mod'.split(' ').map((op) => row(op, [i64(5, 7), i64s([2, 1], [3, 4])])),
  row('Not', [bools(2)]),
  row('Where', [bools(3, 1), [2, 1, 4], [4]]),
  row('Where', [bools(2), i64(1, 2), i64(3, 4)]),
  row('Clip', [[2, 3], float(0), float(1)]),
  row('PRelu', [[2, 3], [3]]),
  row('Cast', [[2, 3]], { to: dtypes.int64 }),
  row('Cast', [f32(1.7, -1.7)], { to: dtypes.int64 }),
  row('Cast', [i64(0, 5)], { to: dtypes.bool }),
  row('CastLike', [[2, 3], i64(1)]),
  row('Dropout', [[2, 3]], {}, { outputs: 2 }),
  row('Gelu', [[2, 3]], {}, { opset: 20 }),

  ...reductions
    .split(' ')
    .flatMap((op) => [
      row(op, [[2, 3, 4]], { keepdims: 0 }),
      row(op, [[2, 3, 4], i64(-1, 0)], { keepdims: 0 }),
      row(op, [[2, 3, 4], i64(1)]),
      row(op, [[2, 3, 4], i64()], { noop_with_empty_axes: 1 }),
      row(op, [[2, 3, 4]], { axes: [1] }, { opset: 12 }),
    ]),
  ...'ReduceSum ReduceProd ReduceMax ReduceMin'
    .split(' ')
    .map((op) => row(op, [i64(2, 3, 4), i64(0)], { keepdims: 0 })),
  row('ArgMax', [[2, 3, 4]], { axis: -2 }),
  row('ArgMin', [[2, 3, 4]], { axis: 1, keepdims: 0 }),
  row('TopK', [[2, 6], i64(3)], {}, { outputs: 2 }),
  row('CumSum', [[2, 3], scalar(1)]),

  row('Reshape', [[2, 3, 4], i64(0, -1)]),
  row('Reshape', [[2, 3, 4], i64(-1, 2, 3)]),
  row('Reshape', [[2, 0, 4], i64(0, 0, 4)], { allowzero: 1 }, { open: true }),
  row('Flatten', [[2, 3, 4]]),
  row('Flatten', [[2, 3, 4]], { axis: -1 }),
  row('Flatten', [[2, 3, 4]], { axis: 0 }),
  row('Transpose', [[2, 3, 4]]),
  row('Transpose', [[2, 3, 4]], { perm: [1, 2, 0] }),
  row('Transpose', [i64s([2, 3], [1, 2, 3, 4, 5, 6])]),
  row('Unsqueeze', [[2, 3], i64(0, -1)]),
  row('Unsqueeze', [[2, 3]], { axes: [1, 2] }, { opset: 12 }),
  row('Squeeze', [[1, 2, 1], i64(-1)]),
  row('Squeeze', [[1, 2, 1]]),
  row('Squeeze', [[1, 2, 1]], { axes: [0] }, { opset: 11 }),
  row('DepthToSpace', [[2, 8, 2, 3]], { blocksize: 2 }),
  row('SpaceToDepth', [[2, 3, 4, 6]], { blocksize: 2 }),

  row('Shape', [[2, 3, 4]]),
  row('Shape', [[2, 3, 4]], { start: -2, end: 7 }),
  row('Size', [[2, 3, 4]]),
  row('ConstantOfShape', [i64(2, 3)], { value: constant('int64', [1], [7]) }),
  row('ConstantOfShape', [i64(2, 3)]),
  row('Range', [scalar(1), scalar(8), scalar(3)]),
  row('Range', [scalar(5), scalar(0), scalar(-2)]),
  row('EyeLike', [[3, 3]], { dtype: dtypes.int64 }),
  row('OneHot', [ids(2, 3), scalar(5), f32(0, 1)]),
  row('OneHot', [ids(2, 3), scalar(5), f32(0, 1)], { axis: 0 }),
  row('NonZero', [[2, 3]], {}, { open: true }),
  row('NonZero', [i64(0, 3, 0, 1)]),
  row('AffineGrid', [[2, 2, 3], i64(2, 3, 4, 5)], {}, { opset: 20 }),

  row('Gather', [[4, 5, 6], ids(2, 3)], { axis: 1 }),
  row('Gather', [[4, 5, 6], scalar(-1)], { axis: -1 }),
  row('Gather', [i64(5, 6, 7), i64(2, -3)]),
  row('Gather', [i64s([2, 2], [1, 2, 3, 4]), scalar(1)], { axis: 1 }),
  row('GatherElements', [[4, 5], ids(4, 2)], { axis: 1 }),
  row('GatherND', [[4, 5, 6], ids(2, 3, 2)]),
  row('GatherND', [[2, 5, 6], ids(2, 3, 1)], { batch_dims: 1 }),
  row('ScatterND', [[4, 5], i64s([1, 1], [2]), [1, 5]]),
  row('ScatterElements', [[4, 5], i64s([1, 2], [0, 1]), [1, 2]]),
  row(
    'Concat',
    [
      [2, 3],
      [2, 5],
    ],
    { axis: -1 },
  ),
  row('Concat', [i64s([2, 1], [1, 2]), i64s([2, 2], [3, 4, 5, 6])], { axis: 1 }),
  row('Split', [[2, 7]], { axis: 1, num_outputs: 3 }, { outputs: 3 }),
  row('Split', [[2, 7], i64(2, 5)], { axis: -1 }, { outputs: 2 }),
  row('Split', [i64(1, 2, 3, 4)], { axis: 0, num_outputs: 2 }, { outputs: 2 }),
  row('Split', [[4, 2]], {}, { outputs: 2, opset: 13 }),
  row('Split', [[4, 2]], { split: [1, 3] }, { outputs: 2, opset: 11 }),
  row('Expand', [[3, 1], i64(2, 1, 4)]),
  row('Expand', [i64s([2, 1], [1, 2]), i64(2, 3)]),
  row('Tile', [[2, 3], i64(2, 4)]),
  row('Tile', [i64(1, 2), i64(2)]),
  row('Pad', [[2, 3], i64(1, 0, 2, 4)]),
  row('Pad', [[2, 3], i64(1, -2), null, i64(-1)]),
  row('Compress', [[4, 5], constant('bool', [3], [1, 0, 1])], { axis: 1 }, { open: true }),
  row('Unique', [[2, 3]], {}, { outputs: 4, open: true }),
  row('ReverseSequence', [[4, 2], i64(1, 2)]),

  row('MatMul', [
    [2, 1, 3, 4],
    [5, 4, 6],
  ]),
  row('MatMul', [[4], [4, 6]]),
  row('MatMul', [[3, 4], [4]]),
  row('MatMul', [[4], [4]]),
  row('Gemm', [[3, 4], [4, 5], [5]]),
  row(
    'Gemm',
    [
      [4, 3],
      [5, 4],
    ],
    { transA: 1, transB: 1 },
  ),
  row(
    ms('FusedMatMul'),
    [
      [2, 4, 3],
      [2, 5, 4],
    ],
    { transA: 1, transB: 1, alpha: { float: 0.5 } },
  ),
  row(
    ms('FusedMatMul'),
    [
      [3, 2, 4],
      [2, 4, 5],
    ],
    { transBatchA: 1 },
  ),
  row(
    'Einsum',
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    { equation: 'bij, bjk -> bik' },
  ),
  row(
    'Einsum',
    [
      [2, 3, 4],
      [4, 5],
    ],
    { equation: '...ij,jk->...ik' },
  ),
  row(
    'Einsum',
    [
      [3, 4],
      [4, 5],
    ],
    { equation: 'ij,jk' },
  ),
  row('Einsum', [[2, 3, 3]], { equation: '...ii->...i' }),
  row('MatMulInteger', [u8(2, 3, 4), u8(4, 5), zero, zero]),
  row('QLinearMatMul', [u8(3, 4), float(1), zero, i8(4, 5), float(1), zeroI8, float(1), zero]),
  row('Det', [[2, 3, 3]]),

  row('Conv', [image, [4, 3, 3, 2]]),
  row('Conv', [image, [4, 3, 3, 2]], { ...kernel, pads: [1, 0, 2, 1], strides: [2, 3], dilations: [2, 1] }),
  row('Conv', [image, [4, 3, 3, 2]], { auto_pad: 'SAME_UPPER', strides: [2, 2] }),
  row('Conv', [image, [4, 3, 3, 2]], { auto_pad: 'VALID' }),
  row(
    'Conv',
    [
      [2, 4, 9],
      [6, 2, 3],
    ],
    { group: 2, pads: [1, 1] },
  ),
  row(
    'ConvTranspose',
    [
      [2, 3, 4, 5],
      [3, 2, 3, 2],
    ],
    { strides: [2, 3], pads: [1, 0, 0, 1], output_padding: [1, 2] },
  ),
  row(
    'ConvTranspose',
    [
      [2, 4, 4, 5],
      [4, 2, 3, 2],
    ],
    { group: 2, dilations: [2, 1] },
  ),
  row(
    'ConvTranspose',
    [
      [2, 3, 4, 5],
      [3, 2, 3, 2],
    ],
    { strides: [2, 2], output_shape: [8, 10] },
  ),
  row(
    'ConvTranspose',
    [
      [2, 3, 4, 5],
      [3, 2, 3, 2],
    ],
    { strides: [2, 2], auto_pad: 'SAME_LOWER' },
  ),
  row('ConvInteger', [u8(1, 3, 5, 5), u8(2, 3, 3, 3), zero]),
  row('QLinearConv', [u8(1, 3, 5, 5), float(1), zero, u8(2, 3, 3, 3), float(1), zero, float(1), zero]),
  row('Col2Im', [[2, 12, 20], i64(5, 6), i64(2, 2)]),
  ...'MaxPool AveragePool LpPool'
    .split(' ')
    .flatMap((op) => [
      row(op, [image], { ...kernel, strides: [2, 2], pads: [1, 0, 1, 1] }),
      row(op, [image], { ...kernel, auto_pad: 'SAME_LOWER', strides: [2, 2] }),
    ]),
  ...[6, 7, 8, 9].map((n) => row('MaxPool', [[1, 1, n, n]], { kernel_shape: [2, 3], ceil_mode: 1, strides: [2, 3] })),
  ...[6, 7, 8, 9].map((n) =>
    row('AveragePool', [[1, 1, n]], { kernel_shape: [3], ceil_mode: 1, strides: [3], pads: [1, 1] }),
  ),
  row('MaxPool', [image], { ...kernel, dilations: [2, 3] }, { outputs: 2 }),
  ...'GlobalAveragePool GlobalMaxPool GlobalLpPool'.split(' ').map((op) => row(op, [image])),
  row('RoiAlign', [image, [5, 4], ids(5)], { output_height: 2, output_width: 3 }),
  row('MaxRoiPool', [image, [5, 5]], { pooled_shape: [2, 3] }),
  row('Resize', [[1, 2, 3, 4], null, f32(1, 1, 2, 1.5)]),
  row('Resize', [[1, 2, 3, 4], null, null, i64(1, 2, 5, 7)]),
  row('Resize', [[1, 2, 3, 4], null, null, i64(9, 6)], { axes: [2, 3], keep_aspect_ratio_policy: 'not_larger' }),
  row('Resize', [[1, 2, 3, 4], null, null, i64(9, 6)], { axes: [3, 2], keep_aspect_ratio_policy: 'not_smaller' }),
  row('Resize', [[1, 2, 7, 5], null, f32(0.5, 0.3)], { axes: [2, 3] }),
  row('GridSample', [image, [2, 4, 5, 2]]),
  row('CenterCropPad', [[5, 6], i64(3, 9)]),

  row('LayerNormalization', [[2, 3, 4], [4]], {}, { outputs: 3 }),
  row(
    'LayerNormalization',
    [
      [2, 3, 4],
      [3, 4],
    ],
    { axis: 1 },
  ),
  row('BatchNormalization', [[2, 3, 4], [3], [3], [3], [3]]),
  row('InstanceNormalization', [[2, 3, 4], [3], [3]]),
  row('GroupNormalization', [[2, 4, 5], [4], [4]], { num_groups: 2 }, { opset: 21 }),
  row('RMSNormalization', [[2, 3, 4], [4]], {}, { opset: 23 }),
  row('LpNormalization', [[2, 3]]),
  row('LRN', [image], { size: 3 }),
  row('MeanVarianceNormalization', [image]),

  row('QuantizeLinear', [[2, 3], float(0.1), zeroI8]),
  row('QuantizeLinear', [[2, 3], float(0.1)]),
  row('DequantizeLinear', [i8(2, 3), float(0.1)]),
  row('DynamicQuantizeLinear', [[2, 3]], {}, { outputs: 3 }),
  row(ms('DynamicQuantizeMatMul'), [[2, 3, 4], u8(4, 5), f32(1), constant('uint8', [1], [0])]),
  row(ms('MatMulIntegerToFloat'), [u8(3, 4), u8(4, 5), float(1), float(1)]),
  row(
    ms('MatMulNBits'),
    [
      [2, 3, 32],
      constant('uint8', [8, 1, 16], new Array<number>(128).fill(0)),
      constant('float32', [8], new Array<number>(8).fill(1)),
    ],
    { K: 32, N: 8, bits: 4, block_size: 32 },
  ),
  row(ms('QLinearAdd'), [u8(2, 3), float(1), zero, u8(3), float(1), zero, float(1), zero]),
  row(ms('QLinearSigmoid'), [u8(2, 3), float(1), zero, float(1), zero]),

  ...'QuickGelu FastGelu Gelu'.split(' ').map((op) => row(ms(op), [[2, 3]])),
  row(ms('BiasGelu'), [[2, 3], [3]]),
  row(ms('SkipLayerNormalization'), [[2, 3, 4], [2, 3, 4], [4], [4]]),
  row(ms('SkipSimplifiedLayerNormalization'), [[2, 3, 4], [2, 3, 4], [4]]),
  row('SimplifiedLayerNormalization', [[2, 3, 4], [4]]),
  row(
    ms('EmbedLayerNormalization'),
    [constant('int32', [2, 3], [1, 2, 3, 4, 5, 6]), null, [9, 8], [5, 8], null, [8], [8]],
    {},
    { outputs: 2 },
  ),
  row(ms('ExpandDims'), [[2, 3], constant('int32', [], [1])], {}, { open: true }),
  row(ms('Inverse'), [[2, 3, 3]]),
  row(ms('Attention'), [[2, 5, 8], [8, 24], [24]], { num_heads: 2 }),
  row(ms('Attention'), [[2, 5, 8], [8, 28], [28]], { num_heads: 2, qkv_hidden_sizes: [8, 8, 12] }),
  row(ms('Attention'), [[2, 5, 8], [8, 24], [24], null, [2, 2, 2, 3, 4]], { num_heads: 2 }, { outputs: 2 }),
  row(
    ms('MultiHeadAttention'),
    [
      [2, 5, 8],
      [2, 7, 8],
      [2, 7, 12],
    ],
    { num_heads: 2 },
  ),
  row(
    ms('MultiHeadAttention'),
    [
      [2, 5, 8],
      [2, 2, 7, 4],
      [2, 2, 7, 4],
    ],
    { num_heads: 2 },
  ),
  row(
    ms('MultiHeadAttention'),
    [[2, 1, 8], [2, 1, 8], [2, 1, 8], null, null, null, [2, 2, 6, 4], [2, 2, 6, 4]],
    { num_heads: 2 },
    { outputs: 3 },
  ),
  row(
    ms('GroupQueryAttention'),
    [
      [2, 5, 32],
      [2, 5, 16],
      [2, 5, 16],
      [2, 2, 0, 8],
      [2, 2, 0, 8],
      constant('int32', [2], [4, 4]),
      constant('int32', [1], [5]),
    ],
    { num_heads: 4, kv_num_heads: 2 },
    { outputs: 3 },
  ),
  row(
    'Attention',
    [
      [2, 4, 5, 8],
      [2, 2, 7, 8],
      [2, 2, 7, 6],
    ],
    {},
    { opset: 23 },
  ),
  row(
    'Attention',
    [[2, 5, 32], [2, 7, 16], [2, 7, 12], null, [2, 2, 3, 8], [2, 2, 3, 6]],
    { q_num_heads: 4, kv_num_heads: 2 },
    { opset: 23, outputs: 4 },
  ),
  row(
    'RotaryEmbedding',
    [
      [2, 4, 3, 8],
      [2, 3, 4],
      [2, 3, 4],
    ],
    {},
    { opset: 23 },
  ),

  row(
    'LSTM',
    [
      [5, 2, 3],
      [2, 16, 3],
      [2, 16, 4],
    ],
    { hidden_size: 4, direction: 'bidirectional' },
    { outputs: 3 },
  ),
  row(
    'GRU',
    [
      [5, 2, 3],
      [1, 12, 3],
      [1, 12, 4],
    ],
    { hidden_size: 4 },
    { outputs: 2 },
  ),
];
