import { UnsupportedModel } from '../../shared/errors';
import type { Upgrade } from './rule';
import { without } from './rule';

/** Opset 12: ratio and seed are no attributes any more. In inference the operator is the identity either way. */
export const dropout: Upgrade = {
  ops: ['Dropout'],
  until: 12,
  upgrade(node) {
    node.attributes = without(node, 'ratio', 'seed');
  },
};

/** Opset 14: outputs behind the first are for training, which must be asked for. */
export const batchNormalization: Upgrade = {
  ops: ['BatchNormalization'],
  until: 14,
  upgrade(node, { graph }) {
    const used = node.outputs.slice(1).find((v) => v && (v.consumers.size > 0 || graph.outputs.includes(v)));
    if (used)
      throw new UnsupportedModel(
        `Node "${node.name}" (BatchNormalization) gives its running statistics "${used.name}", as in training. Export the model in inference mode.`,
      );
    node.outputs.length = 1;
  },
};

/** Opset 13: what is not given is left out; before, it was an empty tensor. */
export const resize: Upgrade = {
  ops: ['Resize'],
  until: 13,
  upgrade(node, { graph }) {
    for (const i of [1, 2]) if (node.inputs[i]?.tensor?.dims.includes(0)) graph.setInput(node, i, undefined);
  },
};

/** Opset 16: boxes are shifted by half a pixel unless told otherwise. */
export const roiAlign: Upgrade = {
  ops: ['RoiAlign'],
  until: 16,
  upgrade(node) {
    node.attributes = { coordinate_transformation_mode: 'output_half_pixel', ...node.attributes };
  },
};
