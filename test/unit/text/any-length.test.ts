import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TextModel } from '../../../src/explain/text/model';
import { anyLength } from '../../../src/explain/text/session';
import { BadFile, UnsupportedModel } from '../../../src/shared/errors';
import { int64Tensor } from '../../../src/shared/tensor';

const feedsOf = (tokens: number) => ({ input_ids: int64Tensor([1, tokens], new Array<number>(tokens).fill(0)) });

test('a graph that takes any number of tokens is made once for all of them', async () => {
  const model = {} as TextModel;
  for (const tokens of [3, 5])
    assert.deepEqual(await anyLength(model, feedsOf(tokens), (options, sizes) => Promise.resolve([options, sizes])), [{}, null]); // prettier-ignore
});

test('where it cannot, one is made for each length, and the first way is not tried again', async () => {
  const model = {} as TextModel;
  const tried: unknown[] = [];
  const open = (options: { readonly inputShapes?: unknown }, sizes: unknown) => {
    tried.push(sizes);
    if (!options.inputShapes) return Promise.reject(new UnsupportedModel('The shape of x is not known.'));
    return Promise.resolve(options.inputShapes);
  };
  assert.deepEqual(await anyLength(model, feedsOf(3), open), { input_ids: [1, 3] });
  assert.deepEqual(await anyLength(model, feedsOf(5), open), { input_ids: [1, 5] });
  assert.deepEqual(tried, [null, { input_ids: [1, 3] }, { input_ids: [1, 5] }]);
});

test('what fails both ways is told as it is for these sizes, and both are tried again', async () => {
  const model = {} as TextModel;
  let times = 0;
  const open = (options: object) => {
    times++;
    return Promise.reject(new UnsupportedModel('inputShapes' in options ? 'no such operator' : 'unknown shape'));
  };
  for (const calls of [2, 4]) {
    await assert.rejects(anyLength(model, feedsOf(3), open), /no such operator/);
    assert.equal(times, calls);
  }
});

test('a file that cannot be read is not read twice', async () => {
  let times = 0;
  const open = () => {
    times++;
    return Promise.reject(new BadFile('It ends early.'));
  };
  await assert.rejects(anyLength({} as TextModel, feedsOf(3), open), BadFile);
  assert.equal(times, 1);
});
