import { Builder } from '../../onnx/graph/builder';
import type { Graph, Value } from '../../onnx/graph/graph';

export const scaleInput = 'lens.logit_scale';
export const logitsOutput = 'lens.logits_per_image';

/**
 * Ends the graph of two towers in the logits: scale · cos(image, text), so that gradients start from the logit itself.
 * Adds the input `lens.logit_scale` [] and the output `lens.logits_per_image` [images, texts].
 */
export function appendCosine(graph: Graph, image: Value, text: Value): void {
  const g = new Builder(graph, graph.nodes, 'cosine');
  const scale = graph.value(scaleInput);
  scale.dtype = 'float32';
  scale.shape = [];
  graph.inputs.push(scale);
  const unit = (x: Value) => g.div(x, g.reduce('ReduceL2', x, [-1], { keepdims: true }));
  const logits = g.mul(g.matmul(unit(image), unit(text), { transB: true }), scale);
  graph.rename(logits, logitsOutput);
  graph.outputs.push(logits);
}
