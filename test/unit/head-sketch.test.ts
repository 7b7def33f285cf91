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

void test('the heads that are wanted keep their numbers, the others their looks: half a step at most from what they were', () => {
  fc.assert(
    fc.property(layers, ({ attention, wanted }) => {
      const { dims } = attention;
      const [heads, queries, keys] = dims as [number, number, number];
      const again = sketchedHeads(sketchHeads({ attention, gradient: null }, wanted));
      assert.deepEqual([again.gradient, again.attention.dims], [null, dims]);
      const size = queries * keys;
      for (let head = 0; head < heads; head++) {
        const of = ({ data }: { data: Float32Array }) => data.slice(head * size, (head + 1) * size);
        const [was, is] = [of(attention), of(again.attention)];
        const top = Math.max(...was);
        assert.equal(Math.max(...is), top, 'a scale stays what it is');
        const exact = wanted?.some((one) => Math.min(one, heads - 1) === head) ?? true;
        if (exact) assert.deepEqual(is, was);
        else was.forEach((a, i) => assert.ok(Math.abs(a - is[i]!) <= top * (1 / 510 + 1e-6), `${a} became ${is[i]}`));
      }
    }),
  );
});

void test('a gradient goes along whole', () => {
  const attention = floatTensor([2, 1, 2], Float32Array.of(0.25, 0.75, 1, 0));
  const gradient = floatTensor([2, 1, 2], Float32Array.of(-1, 2, 0, 3));
  assert.deepEqual(sketchedHeads(sketchHeads({ attention, gradient }, null)), { attention, gradient });
});

void test('a sketch with one head in numbers is a third of the bytes at most; short texts and many heads are not worth one', () => {
  const attention = floatTensor([12, 128, 128], new Float32Array(12 * 128 * 128).fill(1 / 128));
  const { steps, numbers, tops } = sketchHeads({ attention, gradient: null }, [3]);
  assert.ok(3 * (steps.byteLength + numbers.byteLength + tops.byteLength) <= attention.data.byteLength);
  assert.ok(sketchPays(12, 128, 128, 1) && sketchPays(12, 128, 128, 6));
  assert.ok(!sketchPays(12, 128, 128, 7) && !sketchPays(12, 12, 12, 1));
});
