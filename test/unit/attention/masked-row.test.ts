import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSites } from '../../../src/onnx/attention/find';
import { lowerGraph } from '../../../src/onnx/lower/lower';
import { constant } from '../../../src/onnx/graph/tensor';
import { elementCount, floatTensor } from '../../../src/shared/tensor';
import { runGraph } from '../support/ort';
import { Sketch } from './build';

test('a query of an ONNX Attention that sees no key shows no attention, since the runtime gives it no values', async () => {
  const dims = [1, 2, 3, 4];
  const s = new Sketch();
  s.graph.opsets.set('', 23);
  const [q, k, v] = ['q', 'k', 'v'].map((name) => s.input(name, dims));
  const mask = s.g.tensor(constant('bool', [3, 3], [1, 0, 0, 1, 1, 0, 0, 0, 0])); // Query 2 sees nothing.
  const graph = s.output(s.g.op('Attention', [q, k, v, mask]));
  lowerGraph(graph);
  const [site] = findSites(graph);
  graph.outputs.push(site.probabilities);
  const data = Float32Array.from({ length: elementCount(dims) }, (_, i) => Math.sin(i));
  const feeds = Object.fromEntries(['q', 'k', 'v'].map((name) => [name, floatTensor(dims, data)]));
  const results = await runGraph(graph, feeds);
  const a = results[site.probabilities.name].data as Float32Array;
  const sums = Array.from({ length: 6 }, (_, row) => a.subarray(3 * row, 3 * row + 3).reduce((x, y) => x + y, 0));
  assert.deepEqual(
    sums.map((x) => Math.round(1e5 * x) / 1e5),
    [1, 1, 0, 1, 1, 0],
  );
  const context = results.out.data as Float32Array;
  assert.ok(context.subarray(8, 12).every((x) => x === 0));
});
