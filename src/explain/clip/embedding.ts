import type { Graph, Value } from '../../onnx/graph/graph';
import { UnsupportedModel } from '../../shared/errors';
import type { Tower } from '../../shared/explanation';

const names: Readonly<Record<Tower, readonly string[]>> = {
  vision: ['image_embeds', 'image_features', 'pooler_output'],
  text: ['text_embeds', 'text_features', 'pooler_output'],
};

/** The output of a tower's own file that is compared with the other tower's: [batch, width]. */
export function embeddingOutput(graph: Graph, tower: Tower): Value {
  for (const name of names[tower]) {
    const v = graph.outputs.find((o) => o.name === name);
    if (v) return v;
  }
  const flat = graph.outputs.filter((o) => o.rank === 2);
  if (flat.length === 1) return flat[0];
  throw new UnsupportedModel(
    `The ${tower} tower's file gives ${graph.outputs.map((o) => `"${o.name}"`).join(', ')}, none of which is an embedding. Export it with its projection.`,
  );
}
