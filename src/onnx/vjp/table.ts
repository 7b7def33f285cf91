import { UnsupportedModel } from '../../shared/errors';
import type { Node } from '../graph/graph';
import { add } from './add';
import { affineGrid } from './affine-grid';
import { averagePool } from './average-pool';
import { batchNormalization } from './batch-normalization';
import { cast } from './cast';
import { clip } from './clip';
import { col2Im } from './col2im';
import { compress } from './compress';
import { concat } from './concat';
import { conv } from './conv';
import { convInteger, qLinearConv } from './conv-integer';
import { convTranspose } from './conv-transpose';
import { cumSum } from './cumsum';
import { div } from './div';
import { einsum } from './einsum';
import { abs, erf, exp, log, neg, reciprocal, sqrt } from './elementary';
import { expand } from './expand';
import { max, min } from './extrema';
import { fusedGemm } from './fused-gemm';
import { fusedMatMul } from './fused-matmul';
import { biasGelu, fastGelu, gelu, geluContrib, hardSwish, mish, quickGelu, swish } from './gated';
import { gather } from './gather';
import { gatherElements } from './gather-elements';
import { gatherND } from './gather-nd';
import { gemm } from './gemm';
import { globalAveragePool, globalLpPool, globalMaxPool } from './global-pool';
import { gridSample, gridSampleContrib } from './grid-sample';
import { groupNormalization } from './group-normalization';
import { dropout, identity } from './identity';
import { instanceNormalization } from './instance-normalization';
import { layerNormalization } from './layer-normalization';
import { logSoftmax } from './log-softmax';
import { lpNormalization } from './lp-normalization';
import { lpPool } from './lp-pool';
import { lrn } from './lrn';
import { matMul } from './matmul';
import { matMulNBits } from './matmul-nbits';
import { maxPool } from './max-pool';
import { maxUnpool } from './max-unpool';
import { meanVarianceNormalization } from './mean-variance-normalization';
import { mod } from './mod';
import { mul } from './mul';
import { pad } from './pad';
import { pow } from './pow';
import { dynamicQuantizeMatMul, matMulInteger, matMulIntegerToFloat, qGemm, qLinearMatMul } from './quantised-products';
import {
  dequantizeLinear,
  dequantizeLinearContrib,
  dynamicQuantizeLinear,
  quantizeLinear,
  quantizeLinearContrib,
} from './quantize-linear';
import { celu, elu, leakyRelu, pRelu, relu, selu, thresholdedRelu } from './rectifiers';
import {
  reduceL1,
  reduceL2,
  reduceLogSum,
  reduceLogSumExp,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceProd,
  reduceSum,
  reduceSumSquare,
} from './reductions';
import { flatten, reshape } from './reshape';
import { resize } from './resize';
import { reverseSequence } from './reverse-sequence';
import {
  rmsNormalization,
  simplifiedLayerNormalization,
  simplifiedLayerNormalizationContrib,
} from './rms-normalization';
import type { Vjp } from './rule';
import { scatter, scatterElements } from './scatter-elements';
import { scatterND } from './scatter-nd';
import { hardSigmoid, sigmoid, softplus, softsign } from './sigmoids';
import { slice } from './slice';
import { softmax } from './softmax';
import { depthToSpace, spaceToDepth } from './space';
import { split } from './split';
import { squeeze } from './squeeze';
import { sub } from './sub';
import { mean, sum } from './sums';
import { tile } from './tile';
import { topK } from './top-k';
import { transpose } from './transpose';
import { acos, acosh, asin, asinh, atan, atanh, cos, cosh, sin, sinh, tan, tanh } from './trigonometric';
import { trilu } from './trilu';
import { unsqueeze } from './unsqueeze';
import { where } from './where';

/** What is known of an operator's derivative: a rule, a known zero, or a reason to refuse. */
export type Outcome = { readonly rule: Vjp } | { readonly zero: true } | { readonly refuse: string };

/** The page to open first: every operator that the backward graph knows. */
// prettier-ignore
const differentiable: readonly Vjp[] = [
  abs, acos, acosh, add, affineGrid, asin, asinh, atan, atanh, averagePool,
  batchNormalization, biasGelu,
  cast, celu, clip, col2Im, compress, concat, conv, convInteger, convTranspose, cos, cosh, cumSum,
  depthToSpace, dequantizeLinear, dequantizeLinearContrib, div, dropout, dynamicQuantizeLinear, dynamicQuantizeMatMul,
  einsum, elu, erf, exp, expand,
  fastGelu, flatten, fusedGemm, fusedMatMul,
  gather, gatherElements, gatherND, gelu, geluContrib, gemm, globalAveragePool, globalLpPool, globalMaxPool, gridSample,
  gridSampleContrib, groupNormalization,
  hardSigmoid, hardSwish,
  identity, instanceNormalization,
  layerNormalization, leakyRelu, log, logSoftmax, lpNormalization, lpPool, lrn,
  matMul, matMulInteger, matMulIntegerToFloat, matMulNBits, max, maxPool, maxUnpool, mean,
  meanVarianceNormalization, min, mish, mod, mul,
  neg,
  pad, pow, pRelu,
  qGemm, qLinearConv, qLinearMatMul, quantizeLinear, quantizeLinearContrib, quickGelu,
  reciprocal, reduceL1, reduceL2, reduceLogSum, reduceLogSumExp, reduceMax, reduceMean, reduceMin, reduceProd,
  reduceSum, reduceSumSquare, relu, reshape, resize, reverseSequence, rmsNormalization,
  scatter, scatterElements, scatterND, selu, sigmoid, simplifiedLayerNormalization, simplifiedLayerNormalizationContrib,
  sin, sinh, slice, softmax, softplus, softsign, spaceToDepth, split, sqrt, squeeze, sub, sum, swish,
  tan, tanh, thresholdedRelu, tile, topK, transpose, trilu,
  unsqueeze,
  where,
];

/** Derivative is zero, or undefined on a set of measure zero and zero by convention. */
// prettier-ignore
const zero: readonly string[] = [
  'And', 'ArgMax', 'ArgMin', 'Bernoulli', 'BitShift', 'BitwiseAnd', 'BitwiseNot', 'BitwiseOr', 'BitwiseXor', 'Ceil',
  'ConstantOfShape', 'Equal', 'EyeLike', 'Floor', 'Greater', 'GreaterOrEqual', 'IsInf', 'IsNaN', 'Less', 'LessOrEqual',
  'Multinomial', 'NonZero', 'Not', 'OneHot', 'Or', 'RandomNormal', 'RandomNormalLike', 'RandomUniform',
  'RandomUniformLike', 'Range', 'Round', 'Shape', 'Sign', 'Size', 'Xor',
];

const refused: Readonly<Record<string, string>> = {
  Attention: 'fused attention is taken apart before this, and this one could not be',
  ConcatFromSequence: 'a sequence of tensors has no shape to differentiate by',
  DeformConv: 'the places that its windows read depend on the input',
  Det: 'a determinant needs the inverse of its matrix, which ONNX has no operator for',
  GRU: 'a recurrent layer is a loop inside one operator',
  If: 'both branches would have to be differentiated; only an If whose condition is known is inlined',
  Loop: 'a loop has no fixed graph to differentiate',
  LSTM: 'a recurrent layer is a loop inside one operator',
  MaxRoiPool: 'its regions are places that depend on data',
  NonMaxSuppression: 'it selects boxes and has no derivative',
  Optional: 'an optional value may be absent at run time',
  OptionalGetElement: 'an optional value may be absent at run time',
  RNN: 'a recurrent layer is a loop inside one operator',
  RoiAlign: 'its regions are places that depend on data',
  RotaryEmbedding: 'it is taken apart before this, and this one could not be',
  Scan: 'a loop has no fixed graph to differentiate',
  SequenceAt: 'a sequence of tensors has no shape to differentiate by',
  SequenceConstruct: 'a sequence of tensors has no shape to differentiate by',
  SequenceEmpty: 'a sequence of tensors has no shape to differentiate by',
  SequenceErase: 'a sequence of tensors has no shape to differentiate by',
  SequenceInsert: 'a sequence of tensors has no shape to differentiate by',
  SequenceMap: 'a sequence of tensors has no shape to differentiate by',
  SplitToSequence: 'a sequence of tensors has no shape to differentiate by',
  Unique: 'which elements are kept, and in what order, depends on their values',
  Upsample: 'it ended with opset 9, and Resize took its place',
  'com.microsoft:Attention': 'fused attention is taken apart before this, and this one could not be',
  'com.microsoft:DecoderMaskedMultiHeadAttention':
    'fused attention is taken apart before this, and this one could not be',
  'com.microsoft:EmbedLayerNormalization': 'it is taken apart before this, and this one could not be',
  'com.microsoft:GroupQueryAttention': 'fused attention is taken apart before this, and this one could not be',
  'com.microsoft:Inverse': 'the inverse of a matrix is not differentiated here',
  'com.microsoft:LongformerAttention': 'fused attention is taken apart before this, and this one could not be',
  'com.microsoft:MatMulBnb4': 'its weight is in 4-bit floats, which only its own kernel can unpack',
  'com.microsoft:MultiHeadAttention': 'fused attention is taken apart before this, and this one could not be',
  'com.microsoft:PackedAttention': 'fused attention is taken apart before this, and this one could not be',
  'com.microsoft:PackedMultiHeadAttention': 'fused attention is taken apart before this, and this one could not be',
  'com.microsoft:QAttention': 'fused attention is taken apart before this, and this one could not be',
  'com.microsoft:QLinearAdd': 'it computes on integers; QDQ exports can be differentiated',
  'com.microsoft:QLinearConcat': 'it computes on integers; QDQ exports can be differentiated',
  'com.microsoft:QLinearLeakyRelu': 'it computes on integers; QDQ exports can be differentiated',
  'com.microsoft:QLinearMul': 'it computes on integers; QDQ exports can be differentiated',
  'com.microsoft:QLinearReduceMean': 'it computes on integers; QDQ exports can be differentiated',
  'com.microsoft:QLinearSigmoid': 'it computes on integers; QDQ exports can be differentiated',
  'com.microsoft:QLinearSoftmax': 'it computes on integers; QDQ exports can be differentiated',
  'com.microsoft:QLinearWhere': 'it computes on integers; QDQ exports can be differentiated',
  'com.microsoft:RotaryEmbedding': 'it is taken apart before this, and this one could not be',
  'com.microsoft:SkipLayerNormalization': 'it is taken apart before this, and this one could not be',
  'com.microsoft:SkipSimplifiedLayerNormalization': 'it is taken apart before this, and this one could not be',
  'com.microsoft:SparseAttention': 'fused attention is taken apart before this, and this one could not be',
};

const rules: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ...differentiable.map((rule): [string, Outcome] => [rule.op, { rule }]),
  ...zero.map((op): [string, Outcome] => [op, { zero: true }]),
  ...Object.entries(refused).map(([op, why]): [string, Outcome] => [op, { refuse: why }]),
]);

/** The rule of a node on the path of a gradient, or undefined for a known zero. */
export function ruleOf(node: Node): Vjp | undefined {
  const outcome = rules.get(node.type);
  if (outcome && 'zero' in outcome) return undefined;
  if (outcome && 'rule' in outcome) return outcome.rule;
  const why = outcome && 'refuse' in outcome ? outcome.refuse : 'no rule is known for this operator';
  throw new UnsupportedModel(
    `Node "${node.name}" (${node.type}) has no gradient here: ${why}. Export the model without it, or inspect attention only.`,
  );
}

/** Whether a gradient can pass from output i to the inputs: what no target reaches through it needs no cotangent. */
export function carriesGradient(node: Node, output: number): boolean {
  const outcome = rules.get(node.type);
  if (!outcome) return true;
  if ('zero' in outcome) return false;
  return !('rule' in outcome) || (outcome.rule.outputs?.includes(output) ?? true);
}
