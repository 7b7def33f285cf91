import assert from 'node:assert/strict';
import test from 'node:test';
import { headMeasures, layerMeasures } from '../../../src/host/trees/measures';
import { towerGroups } from '../../../src/host/trees/image-heads';
import { childrenOf, nodeId, nodeLabel, parentOf, type HeadsNode } from '../../../src/host/trees/nodes';
import type { HeadGroup } from '../../../src/host/trees/shown-heads';
import { sortedIndices, type Measures } from '../../../src/host/trees/sort';
import { attentionGroups } from '../../../src/host/trees/text-heads';
import { sentences, shortMeasures, spokenMeasures } from '../../../src/host/trees/words';
import type { TowerShape } from '../../../src/shared/explanation';
import type { HeadStatistics } from '../../../src/shared/heads-data';
import type { FloatTensor } from '../../../src/shared/tensor';

const clip: TowerShape = { layers: 2, heads: 3, tokens: 65, readOut: 'cls', prefix: 1, pooling: null };
const siglip: TowerShape = { ...clip, readOut: 'pooling', prefix: 0, pooling: { heads: 4 } };
const text: TowerShape = { ...clip, layers: 1, tokens: 8, readOut: 'prompt' };
const towers = towerGroups({ vision: clip, text });
const [image, prompt] = towers as [HeadGroup, HeadGroup];

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
  assert.deepEqual(headMeasures(statistics, 0, at), {
    entropy: 5,
    distance: 2.5,
    sink: 0.625,
    relevance: 5 / 16,
  });
  assert.deepEqual(headMeasures(statistics, 1, at), {
    entropy: 5,
    distance: 2.5,
    sink: 0.625,
    relevance: 11 / 16,
  });
  assert.ok(Number.isNaN(headMeasures(statistics, 0, { layer: 2, head: 0 }).entropy));
});

void test('a layer’s numbers are the means of its heads and the sum of their shares', () => {
  assert.deepEqual(layerMeasures(statistics, 1, 1), {
    entropy: 4,
    distance: 2,
    sink: 0.5,
    relevance: 30 / 16,
  });
});

void test('a tower without CLS has no share on it', () => {
  const none = { ...statistics, sink: float([1, 2, 3], () => NaN) };
  assert.equal(headMeasures(none, 0, { layer: 0, head: 0 }).sink, null);
  assert.equal(layerMeasures(none, 0, 0).sink, null);
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
  const ids = (node: HeadsNode | undefined, of: readonly HeadGroup[]) => childrenOf(node, of).map(nodeId);
  assert.deepEqual(ids(undefined, towers), ['vision', 'text']);
  assert.deepEqual(ids({ kind: 'group', group: 'text' }, towers), ['text/0']);
  assert.deepEqual(ids({ kind: 'layer', group: 'vision', layer: 1 }, towers), [
    'vision/1/0',
    'vision/1/1',
    'vision/1/2',
  ]);
  assert.deepEqual(ids({ kind: 'head', group: 'vision', layer: 1, head: 0 }, towers), []);
  const pooled = towerGroups({ vision: siglip, text });
  assert.deepEqual(ids({ kind: 'group', group: 'vision' }, pooled), ['vision/0', 'vision/1', 'vision/2']);
  assert.equal(nodeLabel({ kind: 'layer', group: 'vision', layer: 2 }, pooled[0]!), 'Pooling head');
  assert.equal(ids({ kind: 'layer', group: 'vision', layer: 2 }, pooled).length, 4);
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
  assert.equal(plain(shortMeasures(measures, image)), 'rel 34 % | H 2.31 | d 3.0 | CLS _7 %');
  const wide: Measures = { entropy: 0.005, distance: 12.25, sink: 0.5, relevance: 0.001 };
  assert.equal(plain(shortMeasures(wide, prompt)), 'rel <1 % | H 0.01 | d 12.3 | start 50 %');
  assert.doesNotMatch(shortMeasures({ ...measures, sink: null }, image), /CLS/);
  assert.doesNotMatch(shortMeasures({ ...measures, relevance: NaN, distance: NaN }, image), /NaN/);
  assert.equal(
    spokenMeasures(measures, prompt),
    'entropy 2.31 nats, mean distance 3.0 tokens, on the start token 7.1 %, relevance 33.9 %',
  );
  assert.match(sentences(measures, image, 'a <b>rocket</b>').at(-1)!.meaning, /“a <b>rocket<\/b>”/);
});

void test('a text model’s attentions are groups; without a distance, as across two stacks, there is none in the line', () => {
  const own = { queries: 0, keys: 0, layers: 2, heads: 1, causal: false, relevance: [], attention: [] };
  const groups = attentionGroups([
    { ...own, name: 'encoder' },
    { ...own, name: 'decoder' },
    { ...own, name: 'cross', layers: 1 },
  ]);
  assert.deepEqual(
    groups.map(({ label }) => label),
    ['Encoder', 'Decoder', 'Cross-attention'],
  );
  assert.deepEqual(childrenOf({ kind: 'group', group: 'cross' }, groups).map(nodeId), ['cross/0']);
  assert.deepEqual(childrenOf({ kind: 'group', group: 'vision' }, groups), []);
  const measures: Measures = { entropy: 1, distance: NaN, sink: 0.5, relevance: 0.25 };
  assert.equal(spokenMeasures(measures, groups[2]!), 'entropy 1.00 nats, on the first token 50.0 %, relevance 25.0 %');
  assert.doesNotMatch(shortMeasures(measures, groups[2]!), /d /);
});
