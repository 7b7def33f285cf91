import { divide } from '../graph/dims';
import type { ShapeRule } from './rule';
import type { ShapeRules } from './known';
import { each, same, typed, unknownDim } from './known';

/** ids [batch, sequence] and table [words, width] → embedding [batch, sequence, width], mask lengths [batch], sum before the norm. */
const embedLayerNormalization: ShapeRule = (node) => {
  const [ids, , words] = node.inputs;
  const batch = ids?.shape?.[0] ?? unknownDim(node, 0);
  const shape = [batch, ids?.shape?.[1] ?? unknownDim(node, 1), words?.shape?.[1] ?? unknownDim(node, 2)];
  return [
    { dtype: words?.dtype, shape },
    { dtype: 'int32', shape: [batch] },
    { dtype: words?.dtype, shape },
  ];
};

const biasSplitGelu: ShapeRule = (node) => {
  const x = node.inputs[0]?.shape;
  return typed(node, x && [...x.slice(0, -1), ...x.slice(-1).map((d) => divide(d, 2))]);
};

/** Rows of a table packed in blocks: `bits` wide numbers, several in a byte, along the last axis. */
const gatherBlockQuantized: ShapeRule = (node) => {
  const [data, indices, scales] = node.inputs;
  const axis = node.int('gather_axis', 0);
  const perByte = data?.dtype === 'uint8' ? 8 / node.int('bits', 4) : 1;
  if (!data?.shape || !indices?.shape || axis !== 0) return [{ dtype: scales?.dtype }];
  const width = data.shape
    .slice(1)
    .map((d, i, all) => (i === all.length - 1 && typeof d === 'number' ? d * perByte : d));
  return [{ dtype: scales?.dtype, shape: [...indices.shape, ...width] }];
};

/** Shapes of com.microsoft operators that keep their input's shape, and of some that do not. */
export const contribShapes: ShapeRules = {
  ...each(
    'com.microsoft:QuickGelu com.microsoft:FastGelu com.microsoft:BiasGelu com.microsoft:Gelu com.microsoft:BiasAdd com.microsoft:BiasDropout ' +
      'com.microsoft:GemmaRotaryEmbedding com.microsoft:ComplexMul com.microsoft:NGramRepeatBlock com.microsoft:DequantizeBFP',
    same(),
  ),
  'com.microsoft:EmbedLayerNormalization': embedLayerNormalization,
  'com.microsoft:BiasSplitGelu': biasSplitGelu,
  'com.microsoft:GatherBlockQuantized': gatherBlockQuantized,
};
