import { BadFile } from '../../shared/errors';
import type { Node } from '../graph/graph';

/**
 * How many inputs an operator cannot do without, from ONNX's schemas of opsets 11–26
 * (onnx.defs.get_all_schemas_with_history(): the least min_input) and onnxruntime's for its own. One is what is not listed.
 */
const leastInputs: ReadonlyMap<string, number> = new Map(
  (
    [
      [0, 'Constant Optional OptionalHasElement RandomNormal RandomUniform SequenceEmpty'],
      [
        2,
        'Add AffineGrid And BitShift BitwiseAnd BitwiseOr BitwiseXor CastLike CenterCropPad Compress Conv ConvInteger ConvTranspose ' +
          'CumProd CumSum DequantizeLinear Div Equal Expand Gather GatherElements GatherND Gemm Greater GreaterOrEqual GridSample ' +
          'LayerNormalization Less LessOrEqual MatMul MatMulInteger MaxRoiPool MaxUnpool Mod Mul NonMaxSuppression Or PRelu Pad Pow ' +
          'QuantizeLinear RMSNormalization Reshape ReverseSequence STFT SequenceAt SequenceInsert SimplifiedLayerNormalization Sub ' +
          'TensorScatter Tile TopK Xor com.microsoft:BiasGelu com.microsoft:DequantizeLinear com.microsoft:FusedConv ' +
          'com.microsoft:FusedGemm com.microsoft:FusedMatMul com.microsoft:GridSample com.microsoft:QuantizeLinear com.microsoft:Range ' +
          'com.microsoft:SimplifiedLayerNormalization',
      ],
      [
        3,
        'Attention Col2Im DeformConv GRU GroupNormalization InstanceNormalization LSTM OneHot RNN Range RoiAlign RotaryEmbedding ' +
          'Scatter ScatterElements ScatterND Slice Where com.microsoft:DynamicQuantizeMatMul com.microsoft:MatMulNBits ' +
          'com.microsoft:SkipLayerNormalization com.microsoft:SkipSimplifiedLayerNormalization',
      ],
      [4, 'com.microsoft:MatMulIntegerToFloat com.microsoft:RotaryEmbedding'],
      [5, 'BatchNormalization MelWeightMatrix'],
      [8, 'QLinearConv QLinearMatMul'],
    ] satisfies [number, string][]
  ).flatMap(([count, ops]) => ops.split(' ').map((op): [string, number] => [op, count])),
);

/** Attributes that count something: no model has more of it. */
const counts: ReadonlySet<string> = new Set(['group', 'num_heads', 'q_num_heads', 'kv_num_heads', 'num_outputs', 'num_groups', 'blocksize', 'block_size', 'bits']); // prettier-ignore
const lists: ReadonlySet<string> = new Set(['axes', 'kernel_shape', 'strides', 'dilations', 'pads', 'output_padding', 'output_shape', 'split']); // prettier-ignore
const most = 1 << 24;
const mostAxes = 64;

/** Exporters give these an axis even where it means nothing. */
const freeAxis: ReadonlySet<string> = new Set([
  'QuantizeLinear',
  'DequantizeLinear',
  'com.microsoft:QuantizeLinear',
  'com.microsoft:DequantizeLinear',
  'SequenceInsert',
  'ConcatFromSequence',
]);

/**
 * Refuses a node that no runtime would run, so that the rules of all passes may rely on its inputs and attributes. Shapes of its inputs
 * are known by then.
 * @throws BadFile
 */
export function checkSound(node: Node): void {
  const why = faultOf(node);
  if (why)
    throw new BadFile(`Node "${node.name}" (${node.type}) ${why}. The file is damaged; fetch or export it again.`);
}

function faultOf(node: Node): string | undefined {
  const least = leastInputs.get(node.type) ?? 1;
  for (let i = 0; i < least; i++) if (!node.inputs[i]) return `lacks its input number ${i}`;
  if (node.outputs.length === 0) return 'has no output';
  const rank = node.inputs[0]?.rank;
  for (const v of node.inputs) if ((v?.rank ?? 0) > mostAxes) return `reads a tensor of ${v?.rank} axes`;
  const axis = node.int('axis', 0);
  if (Math.abs(axis) > (rank === undefined || freeAxis.has(node.type) ? mostAxes : rank))
    return `works along axis ${axis} of a tensor that has ${rank ?? 'fewer'}`;
  if (node.type === 'Einsum') {
    const operands = node.string('equation', '').split('->')[0].split(',').length;
    if (operands !== node.inputs.filter((v) => v).length)
      return `has an equation of ${operands} operands for ${node.inputs.length} inputs`;
  }
  const perm = node.ints('perm');
  if (perm && rank !== undefined && !(perm.length === rank && perm.every((_, i) => perm.includes(i))))
    return `permutes ${rank} axes by [${perm.join(', ')}]`;
  for (const name in node.attributes) {
    const n = counts.has(name) ? node.int(name, 1) : 1;
    if (n < 0 || n > most) return `has the attribute ${name} = ${n}`;
    const list = lists.has(name) ? node.ints(name) : undefined;
    if (list && (list.length > 2 * mostAxes || list.some((x) => Math.abs(x) > most)))
      return `has the attribute ${name} = [${list.slice(0, 8).join(', ')}${list.length > 8 ? ', …' : ''}]`;
  }
  return undefined;
}
