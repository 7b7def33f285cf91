import { Builder } from '../../../src/onnx/graph/builder';
import type { OnnxDType } from '../../../src/onnx/graph/tensor';
import { constant } from '../../../src/onnx/graph/tensor';
import type { Value } from '../../../src/onnx/graph/graph';
import { Graph } from '../../../src/onnx/graph/graph';
import { noise } from '../support/vjp-check';

export const [batch, tokens, width, heads] = [2, 5, 8, 2];

/** A small model under construction: random weights, one line for each part of a transformer. */
export class Sketch {
  readonly graph = new Graph();
  readonly g: Builder;
  private seed = 1;

  constructor() {
    this.graph.opsets.set('', 18);
    this.g = new Builder(this.graph);
  }

  input(name: string, dims: readonly number[] = [batch, tokens, width], dtype: OnnxDType = 'float32'): Value {
    const v = this.graph.value(name);
    v.dtype = dtype;
    v.shape = dims;
    this.graph.inputs.push(v);
    return v;
  }

  output(v: Value, name = 'out'): Graph {
    this.graph.rename(v, name);
    this.graph.outputs.push(v);
    return this.graph;
  }

  weight(dims: readonly number[]): Value {
    const next = noise(this.seed++);
    const count = dims.reduce((n, d) => n * d, 1);
    return this.g.tensor(constant('float32', dims, Array.from({ length: count }, next)));
  }

  linear = (x: Value, to = width, from = width): Value => this.g.matmul(x, this.weight([from, to]));

  norm = (x: Value): Value => this.g.op('LayerNormalization', [x, this.weight([width]), this.weight([width])]);

  /** [batch, tokens, width] → [batch, heads, tokens, width / heads] */
  split = (x: Value): Value => this.g.transpose(this.g.reshape(x, [0, 0, heads, width / heads]), [0, 2, 1, 3]);

  merge = (x: Value): Value => this.g.reshape(this.g.transpose(x, [0, 2, 1, 3]), [0, 0, width]);

  scores = (q: Value, k: Value): Value =>
    this.g.matmul(this.split(this.linear(q)), this.g.transpose(this.split(this.linear(k)), [0, 1, 3, 2]));

  softmax = (x: Value, axis = -1): Value => this.g.op('Softmax', [x], { axis });

  /** Multi-head attention of x to `to`; `mask` is added to the scores. */
  attention(x: Value, to = x, mask?: Value): Value {
    const s = this.scores(x, to);
    const a = this.softmax(mask ? this.g.add(s, mask) : s);
    return this.linear(this.merge(this.g.matmul(a, this.split(this.linear(to)))));
  }

  feedForward = (x: Value): Value => this.linear(this.g.relu(this.linear(x, 12)), width, 12);
}
