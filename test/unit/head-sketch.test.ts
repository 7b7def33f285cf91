import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sketchedHeads, sketchHeads, sketchPays } from '../../src/shared/head-sketch';
import { floatTensor } from '../../src/shared/tensor';

const layers = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .chain(([heads, queries, keys]) => {
    const count = heads * queries * keys;
    const numbers = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: count, maxLength: count });
    return fc.record({
      attention: numbers.map((data) => floatTensor([heads, queries, keys], Float32Array.from(data))),
      wanted: fc.option(fc.array(fc.nat(heads + 1), { maxLength: 3 })),
    });
  });

/** The largest of the entries that share a block with entry i of [queries, keys]. */
function largestAround(entries: Float32Array, keys: number, side: number, i: number): number {
  const queries = entries.length / keys;
  const block = (at: number) =>
    [
      [Math.floor(at / keys), queries],
      [at % keys, keys],
    ].map(([token, tokens]) => Math.floor((token! * Math.min(tokens!, side)) / tokens!));
  return Math.max(...entries.filter((_, j) => block(j).every((b, axis) => b === block(i)[axis])));
}

void test('the heads that are wanted keep their numbers, the others their looks: half a step at most from the largest of a block', () => {
  fc.assert(
    fc.property(layers, fc.integer({ min: 1, max: 7 }), ({ attention, wanted }, side) => {
      const { dims } = attention;
      const [heads, queries, keys] = dims as [number, number, number];
      const sketch = sketchHeads({ attention, gradient: null }, wanted, side);
      assert.deepEqual(sketch.blocks, [Math.min(queries, side), Math.min(keys, side)]);
      const again = sketchedHeads(sketch);
      assert.deepEqual([again.gradient, again.attention.dims], [null, dims]);
      const size = queries * keys;
      for (let head = 0; head < heads; head++) {
        const of = ({ data }: { data: Float32Array }) => data.slice(head * size, (head + 1) * size);
        const [was, is] = [of(attention), of(again.attention)];
        const top = Math.max(...was);
        assert.equal(Math.max(...is), top, 'a scale stays what it is');
        const exact = wanted?.some((one) => Math.min(one, heads - 1) === head) ?? true;
        if (exact) assert.deepEqual(is, was);
        else
          is.forEach((b, i) => {
            const a = largestAround(was, keys, side, i);
            assert.ok(Math.abs(a - b) <= top * (1 / 510 + 1e-6), `${a} became ${b}`);
          });
      }
    }),
  );
});

void test('a gradient goes along whole', () => {
  const attention = floatTensor([2, 1, 2], Float32Array.of(0.25, 0.75, 1, 0));
  const gradient = floatTensor([2, 1, 2], Float32Array.of(-1, 2, 0, 3));
  assert.deepEqual(sketchedHeads(sketchHeads({ attention, gradient }, null)), { attention, gradient });
});

void test('a sketch with one head in numbers is a third of the bytes at most, of a long text less; short texts and many heads are not worth one', () => {
  const share = (tokens: number) => {
    const attention = floatTensor([12, tokens, tokens], new Float32Array(12 * tokens ** 2).fill(1 / tokens));
    const { steps, numbers, tops } = sketchHeads({ attention, gradient: null }, [3]);
    return (steps.byteLength + numbers.byteLength + tops.byteLength) / attention.data.byteLength;
  };
  assert.ok(share(128) < 1 / 3 && share(256) < 1 / 6 && share(512) < 1 / 10);
  assert.ok(sketchPays(12, 128, 128, 1) && sketchPays(12, 128, 128, 6));
  assert.ok(!sketchPays(12, 128, 128, 7) && !sketchPays(12, 12, 12, 1));
});
