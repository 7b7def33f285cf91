import { UnsupportedModel } from '../../shared/errors';
import { Builder } from '../../onnx/graph/builder';
import type { Graph, Value } from '../../onnx/graph/graph';

/** The scalar that is explained, of each batch entry: float32 [batch]. */
export const targetOutput = 'lens.target';
/** Of an output y [batch, …, n]: where each row of the last axis is largest, int64 [batch, …, 1]. */
export const bestOutput = 'lens.best';
/** Σ of the weighted rows: float32 [batch, n]. */
export const rowOutput = 'lens.row';
/** Input float32 [batch, …], all axes of y but the last: how much each row counts. */
export const rowsInput = 'lens.rows';
/** Input int64 []: the entry of each row that counts; `best` its largest, `whole` all of them. */
export const columnInput = 'lens.column';

export const best = -1;
export const whole = -2;

/** For the similarity: float32 [batch, tokens], the tokens that are averaged over. */
export const poolInput = 'lens.pool';
/** Input float32 [width]: the other text's average. */
export const otherInput = 'lens.other';
/** Average of the hidden states: float32 [batch, width]. */
export const pooledOutput = 'lens.pooled';

/**
 * Ends the graph in the scalar that is explained: Σ rows · y[column]. Which entry is the largest is found inside, so that "the predicted
 * class" needs no run of its own.
 */
export function appendTarget(graph: Graph, output: string): void {
  const g = new Builder(graph, graph.nodes, 'target');
  const y = withAxes(g, outputOf(graph, output), 2);
  const shape = y.shape!;
  const inner = shape.slice(1, -1).map((_, i) => i + 1);
  const rows = input(graph, rowsInput, 'float32', shape.slice(0, -1));
  const column = input(graph, columnInput, 'int64', []);

  const found = g.op('ArgMax', [y], { axis: -1, keepdims: 1 });
  const places = g.op('Range', [
    g.scalar(0, 'int64'),
    g.squeeze(g.shapePart(y, shape.length - 1), [0]),
    g.scalar(1, 'int64'),
  ]);
  const counts = g.op('Or', [
    g.equal(places, g.where(g.equal(column, g.scalar(best, 'int64')), found, column)),
    g.equal(column, g.scalar(whole, 'int64')),
  ]);
  const weighted = g.mul(y, g.unsqueeze(rows, [-1]));
  const row = g.reduceSum(weighted, inner);
  const target = g.reduceSum(g.mul(weighted, g.cast(counts, 'float32')), [...inner, shape.length - 1]);
  give(graph, target, targetOutput);
  give(graph, found, bestOutput);
  give(graph, row, rowOutput);
}

/** Ends the graph in the cosine of the average over tokens of an output [batch, tokens, width] and another text's. */
export function appendSimilarity(graph: Graph, output: string): void {
  const g = new Builder(graph, graph.nodes, 'similarity');
  const y = outputOf(graph, output);
  const [batch, tokens, width] = y.shape!;
  const pool = g.unsqueeze(input(graph, poolInput, 'float32', [batch, tokens]), [-1]);
  const other = input(graph, otherInput, 'float32', [width]);
  const pooled = g.div(g.reduceSum(g.mul(y, pool), [1]), g.reduceSum(pool, [1]));
  const unit = (x: Value) =>
    g.div(x, g.op('Max', [g.reduce('ReduceL2', x, [-1], { keepdims: true }), g.scalar(1e-12)]));
  const cosine = g.reduceSum(g.mul(unit(pooled), unit(other)), [-1]);
  give(graph, cosine, targetOutput);
  give(graph, pooled, pooledOutput);
}

function outputOf(graph: Graph, name: string): Value {
  const value = graph.outputs.find((v) => v.name === name);
  if (value?.shape && value.shape.length > 0) return value;
  throw new UnsupportedModel(
    `The file does not tell how many axes its output "${name}" has. Export the model with a current version of its exporter.`,
  );
}

function withAxes(g: Builder, value: Value, rank: number): Value {
  return value.shape!.length < rank ? g.unsqueeze(value, [-1]) : value;
}

function input(graph: Graph, name: string, dtype: 'float32' | 'int64', shape: NonNullable<Value['shape']>): Value {
  const value = graph.value(name);
  value.dtype = dtype;
  value.shape = shape;
  graph.inputs.push(value);
  return value;
}

function give(graph: Graph, value: Value, name: string): void {
  graph.rename(value, name);
  graph.outputs.push(value);
}
