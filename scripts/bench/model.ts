// A random vision tower of CLIP, in the size of ViT-B/32 or B/16, as a stock export has it: opset 17, weights inline.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Builder } from '../../src/onnx/graph/builder';
import { symbol } from '../../src/onnx/graph/dims';
import { encodeModel } from '../../src/onnx/encode';
import type { Value } from '../../src/onnx/graph/graph';
import { Graph } from '../../src/onnx/graph/graph';

export interface Size {
  readonly name: string;
  readonly image: number;
  readonly patch: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly embedding: number;
}

const vit = (name: string, patch: number): Size => ({
  name,
  image: 224,
  patch,
  width: 768,
  layers: 12,
  heads: 12,
  embedding: 512,
});
export const sizes: readonly Size[] = [vit('vit-b32', 32), vit('vit-b16', 16)];

/** The path of the model's file, made on first use. */
export function benchModel(size: Size, folder: string): string {
  const version = createHash('sha256')
    .update(writeModel.toString() + JSON.stringify(size))
    .digest('hex')
    .slice(0, 8);
  const path = join(folder, `${size.name}-${version}.onnx`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${path}.part`, writeModel(size));
  renameSync(`${path}.part`, path);
  return path;
}

function writeModel({ image, patch, width, layers, heads, embedding }: Size): Uint8Array {
  const graph = new Graph('bench');
  graph.opsets.set('', 17);
  const g = new Builder(graph, graph.nodes, 'vision');
  let seed = 1;
  const random = (dims: readonly number[], scale: number, offset = 0): Value => {
    const data = new Float32Array(dims.reduce((n, d) => n * d, 1));
    for (let i = 0; i < data.length; i++) {
      seed = (seed * 1664525 + 1013904223) >>> 0;
      data[i] = offset + scale * (seed / 2 ** 31 - 1);
    }
    return graph.constant({ dtype: 'float32', dims, data: new Uint8Array(data.buffer) }, 'weight');
  };
  const linear = (x: Value, from: number, to: number) =>
    g.add(random([to], 0.02), g.matmul(x, random([from, to], Math.sqrt(3 / from))));
  const norm = (x: Value) =>
    g.op('LayerNormalization', [x, random([width], 0.1, 1), random([width], 0.1)], {
      axis: -1,
      epsilon: { float: 1e-5 },
    });

  const pixels = graph.value('pixel_values');
  pixels.dtype = 'float32';
  pixels.shape = [symbol('batch'), 3, image, image];
  graph.inputs.push(pixels);
  const side = image / patch;
  const tokens = side * side + 1;
  const patches = g.op('Conv', [pixels, random([width, 3, patch, patch], Math.sqrt(1 / (patch * patch)))], {
    kernel_shape: [patch, patch],
    strides: [patch, patch],
  });
  const rows = g.transpose(g.reshape(patches, [0, width, side * side]), [0, 2, 1]);
  const batch = g.op('Slice', [g.op('Shape', [pixels]), g.ints([0]), g.ints([1])]);
  const cls = g.expand(random([1, 1, width], 0.5), g.concat([batch, g.ints([1, width])], 0));
  let x = norm(g.add(g.concat([cls, rows], 1), random([1, tokens, width], 0.5)));
  const split = (v: Value) => g.transpose(g.reshape(v, [0, 0, heads, width / heads]), [0, 2, 1, 3]);
  for (let layer = 0; layer < layers; layer++) {
    const h = norm(x);
    const query = split(g.mul(linear(h, width, width), g.scalar(1 / Math.sqrt(width / heads))));
    const key = g.transpose(g.reshape(linear(h, width, width), [0, 0, heads, width / heads]), [0, 2, 3, 1]);
    const value = split(linear(h, width, width));
    const context = g.matmul(g.op('Softmax', [g.matmul(query, key)], { axis: -1 }), value);
    x = g.add(x, linear(g.reshape(g.transpose(context, [0, 2, 1, 3]), [0, 0, width]), width, width));
    const inner = linear(norm(x), width, 4 * width);
    x = g.add(x, linear(g.mul(inner, g.sigmoid(g.mul(inner, g.scalar(1.702)))), 4 * width, width));
  }
  const pooled = norm(g.gather(x, g.scalar(0, 'int64'), 1));
  const embeds = g.matmul(pooled, random([width, embedding], Math.sqrt(3 / width)));
  graph.rename(embeds, 'image_embeds');
  graph.outputs.push(embeds);
  return encodeModel(graph);
}
