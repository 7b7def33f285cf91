import assert from 'node:assert/strict';
import test from 'node:test';
import { headMeasures, layerMeasures } from '../../../src/host/trees/measures';
import { childrenOf, nodeId, nodeLabel, parentOf, type HeadsNode, type Towers } from '../../../src/host/trees/nodes';
import { sortedIndices, type Measures } from '../../../src/host/trees/sort';
import { sentences, shortMeasures, spokenMeasures } from '../../../src/host/trees/words';
import type { TowerShape } from '../../../src/shared/explanation';
import type { HeadStatistics } from '../../../src/shared/heads-data';
import type { FloatTensor } from '../../../src/shared/tensor';

const clip: TowerShape = { layers: 2, heads: 3, tokens: 65, readOut: 'cls', prefix: 1, pooling: null };
const siglip: TowerShape = { ...clip, readOut: 'pooling', prefix: 0, pooling: { heads: 4 } };
const text: TowerShape = { ...clip, layers: 1, tokens: 8, readOut: 'prompt' };
const towers: Towers = { vision: clip, text };

const float = (dims: readonly number[], value: (at: number) => number): FloatTensor => ({
  dtype: 'float32',
  dims: [...dims],
  data: Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, at) => value(at)),
});

/** Two prompts, two layers, three heads; each number says where it stands. */
const statistics: HeadStatistics = {
  entropy: float([1, 2, 3], (at) => at),
  distance: float([1, 2, 3], (at) => at / 2),
  sink: float([1, 2, 3], (at) => at / 8),
  relevance: float([2, 2, 3], (at) => at / 16),
};

void test('a head’s numbers are those of its place; in the image tower only relevance is a prompt’s own', () => {
  const at = { layer: 1, head: 2 };
  assert.deepEqual(headMeasures(statistics, 'vision', 0, at), {
    entropy: 5,
    distance: 2.5,
    sink: 0.625,
    relevance: 5 / 16,
  });
  assert.deepEqual(headMeasures(statistics, 'vision', 1, at), {
    entropy: 5,
    distance: 2.5,
    sink: 0.625,
    relevance: 11 / 16,
  });
  assert.ok(Number.isNaN(headMeasures(statistics, 'vision', 0, { layer: 2, head: 0 }).entropy));
});

void test('a layer’s numbers are the means of its heads and the sum of their shares', () => {
  assert.deepEqual(layerMeasures(statistics, 'vision', 1, 1), {
    entropy: 4,
    distance: 2,
    sink: 0.5,
    relevance: 30 / 16,
  });
});

void test('a tower without CLS has no share on it', () => {
  const none = { ...statistics, sink: float([1, 2, 3], () => NaN) };
  assert.equal(headMeasures(none, 'vision', 0, { layer: 0, head: 0 }).sink, null);
  assert.equal(layerMeasures(none, 'vision', 0, 0).sink, null);
});

void test('sorting: the largest first, equal ones in the model’s order, unknown ones last', () => {
  const values = [0.1, 0.5, NaN, 0.5, 0.2];
  const at = (index: number): Measures | null =>
    index === 4 ? null : { entropy: values[index]!, distance: 0, sink: index === 0 ? null : index, relevance: 0 };
  assert.deepEqual(sortedIndices(5, 'entropy', at), [1, 3, 0, 2, 4]);
  assert.deepEqual(sortedIndices(5, 'sink', at), [3, 2, 1, 0, 4]);
  assert.deepEqual(sortedIndices(5, 'relevance', at), [0, 1, 2, 3, 4]);
  assert.deepEqual(sortedIndices(5, 'index', at), [0, 1, 2, 3, 4]);
});

void test('the tree has towers, layers, heads, and the pooling head as a layer of its own', () => {
  const ids = (node: HeadsNode | undefined, of: Towers) => childrenOf(node, of).map(nodeId);
  assert.deepEqual(ids(undefined, towers), ['vision', 'text']);
  assert.deepEqual(ids({ kind: 'tower', tower: 'text' }, towers), ['text/0']);
  assert.deepEqual(ids({ kind: 'layer', tower: 'vision', layer: 1 }, towers), [
    'vision/1/0',
    'vision/1/1',
    'vision/1/2',
  ]);
  assert.deepEqual(ids({ kind: 'head', tower: 'vision', layer: 1, head: 0 }, towers), []);
  const pooled: Towers = { ...towers, vision: siglip };
  assert.deepEqual(ids({ kind: 'tower', tower: 'vision' }, pooled), ['vision/0', 'vision/1', 'vision/2']);
  assert.equal(nodeLabel({ kind: 'layer', tower: 'vision', layer: 2 }, pooled), 'Pooling head');
  assert.equal(ids({ kind: 'layer', tower: 'vision', layer: 2 }, pooled).length, 4);
});

void test('each line is a child of its parent', () => {
  const walk = (node: HeadsNode | undefined): void => {
    for (const child of childrenOf(node, towers)) {
      const parent = parentOf(child);
      assert.equal(parent && nodeId(parent), node && nodeId(node));
      walk(child);
    }
  };
  walk(undefined);
});

void test('descriptions are short and aligned; words say what the letters mean', () => {
  const measures: Measures = { entropy: 2.314, distance: 3.04, sink: 0.071, relevance: 0.339 };
  const plain = (text: string): string =>
    text.replaceAll('\u2002', ' | ').replaceAll('\u202f', ' ').replaceAll('\u2007', '_');
  assert.equal(plain(shortMeasures(measures, 'vision')), 'rel 34 % | H 2.31 | d 3.0 | CLS _7 %');
  const wide: Measures = { entropy: 0.005, distance: 12.25, sink: 0.5, relevance: 0.001 };
  assert.equal(plain(shortMeasures(wide, 'text')), 'rel <1 % | H 0.01 | d 12.3 | start 50 %');
  assert.doesNotMatch(shortMeasures({ ...measures, sink: null }, 'vision'), /CLS/);
  assert.doesNotMatch(shortMeasures({ ...measures, relevance: NaN, distance: NaN }, 'vision'), /NaN/);
  assert.equal(
    spokenMeasures(measures, 'text'),
    'entropy 2.31 nats, mean distance 3.0 tokens, on the start token 7.1 %, relevance 33.9 %',
  );
  assert.match(sentences(measures, 'vision', 'a <b>rocket</b>').at(-1)!.meaning, /“a <b>rocket<\/b>”/);
});
