import type { Node } from '../graph/graph';
import { attention } from './attention';
import { biasAdd, biasSplitGelu } from './bias';
import { embedLayerNormalization } from './embed-layer-normalization';
import { fusedConv } from './fused-conv';
import { groupQueryAttention } from './group-query-attention';
import { multiHeadAttention } from './multi-head-attention';
import { onnxAttention } from './onnx-attention';
import { quantizedAttention } from './quantized-attention';
import { onnxRotaryEmbedding, rotaryEmbedding } from './rotary-embedding';
import type { Lowering } from './rule';
import { refuse } from './rule';
import { skipLayerNormalization, skipSimplifiedLayerNormalization } from './skip-layer-normalization';
import { swish } from './swish';

/** The operators that are taken apart. Others that have a gradient of their own (Gelu and its kin, FusedMatMul, FusedGemm) stay whole. */
const lowered: readonly Lowering[] = [
  attention,
  multiHeadAttention,
  groupQueryAttention,
  onnxAttention,
  quantizedAttention,
  rotaryEmbedding,
  onnxRotaryEmbedding,
  skipLayerNormalization,
  skipSimplifiedLayerNormalization,
  embedLayerNormalization,
  biasAdd,
  biasSplitGelu,
  fusedConv,
  swish,
];

const packed = 'its sequences are packed one behind the other, without an axis for the batch';
const decoding = 'it decodes step by step with a cache that it changes in place';
const sparse = 'its attention is sparse: there is no matrix of queries by keys';

const refused: Readonly<Record<string, string>> = {
  PackedAttention: packed,
  PackedMultiHeadAttention: packed,
  DecoderAttention: decoding,
  DecoderMaskedSelfAttention: decoding,
  DecoderMaskedMultiHeadAttention: decoding,
  PagedAttention: decoding,
  LongformerAttention: sparse,
  SparseAttention: sparse,
  DynamicSparseAttention: sparse,
  SparsePagedAttention: sparse,
  QOrderedAttention: 'it is made for one kind of graphics card',
  QOrderedLongformerAttention: sparse,
  GatedRelativePositionBias: 'it is made for graphics cards',
  NhwcConv: 'its layout is made for graphics cards',
  NhwcFusedConv: 'its layout is made for graphics cards',
  NhwcMaxPool: 'its layout is made for quantised pictures',
};

const rules: ReadonlyMap<string, Lowering> = new Map(lowered.map((rule) => [rule.op, rule]));

/** The rule for a node, undefined for one that stays as it is. */
export function loweringOf(node: Node): Lowering | undefined {
  if (node.domain === 'com.microsoft' && refused[node.op]) refuse(node, refused[node.op]);
  return rules.get(node.type);
}
