import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Value } from '../../../src/onnx/graph/graph';
import { backward } from '../../../src/onnx/vjp/backward';
import type { Tensor } from '../../../src/shared/tensor';
import { elementCount, floatTensor } from '../../../src/shared/tensor';
import { runGraph } from '../support/ort';
import { batch, heads, Sketch, tokens } from './build';

const numbers = (dims: readonly number[]): Tensor =>
  floatTensor(
    dims,
    Float32Array.from({ length: elementCount(dims) }, (_, i) => Math.sin(1 + i)),
  );

/** x̄ of Σ f(x) for one target. */
async function gradient(dims: readonly number[], f: (s: Sketch, x: Value) => Value): Promise<Float32Array> {
  const s = new Sketch();
  const x = s.input('x', dims);
  const y = f(s, x);
  const cotangent = s.input('cotangent', [1, ...(y.shape as readonly number[])]);
  const x̄ = backward(s.g, [{ value: y, cotangent }], [x]).get(x);
  const graph = s.output(s.g.identity(x̄ as Value));
  const ones = floatTensor(
    cotangent.shape as number[],
    new Float32Array(elementCount(cotangent.shape as number[])).fill(1),
  );
  return (await runGraph(graph, { x: numbers(dims), cotangent: ones })).out.data as Float32Array;
}

test('a slice behind transpositions: ONNX Runtime moves a Transpose through a Pad as if it had no axes', async () => {
  const halves = await gradient([2, 3, 4, 6], (s, x) => {
    const t = s.g.transpose(x, [0, 2, 1, 3]);
    const turned = s.g.concat([s.g.neg(s.g.slice(t, 3, 3, 6)), s.g.slice(t, 3, 0, 3)], -1); // Rotary embedding's rotate_half.
    return s.g.transpose(turned, [0, 2, 1, 3]);
  });
  assert.deepEqual([...halves.subarray(0, 6)], [1, 1, 1, -1, -1, -1]);
  assert.deepEqual([...halves.subarray(138)], [1, 1, 1, -1, -1, -1]);
});

test('a row that is masked throughout and set to zero has no gradient, and does not spoil the others', async () => {
  const dims = [batch, heads, tokens, tokens];
  const x̄ = await gradient(dims, (s, x) => {
    const rows = s.g.unsqueeze(s.g.less(s.g.ints([0, 1, 2, 3, 4]), s.g.ints([3])), [1]); // Queries 3 and 4 see nothing.
    const y = s.softmax(s.g.add(x, s.g.where(rows, s.g.scalar(0), s.g.scalar(-Infinity))));
    const guarded = s.g.where(s.g.op('IsNaN', [y]), s.g.scalar(0), y);
    return s.g.mul(guarded, s.weight(dims));
  });
  const row = (i: number) => x̄.subarray(i * tokens, (i + 1) * tokens);
  for (const i of [0, 1, 2]) assert.ok(row(i).some((v) => v !== 0) && row(i).every(Number.isFinite));
  for (const i of [3, 4]) assert.ok(row(i).every((v) => v === 0));
});
