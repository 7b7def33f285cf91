import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { modelFacts, modelFolder, type ModelFacts } from '../../../src/host/models';
import { aboutInShort, entries, type Entry } from '../../../src/host/prompts/entries';

const models = join(import.meta.dirname, '../../../models');
const bundled = await modelFacts(modelFolder('emoji-clip', models));
const plain: ModelFacts = { folder: '/m', name: 'some-clip', about: '', concepts: [], contextLength: 77 };

const shown = (text: string, { recent = [] as string[][], defaults = [] as string[], model = bundled } = {}): Entry[] =>
  entries({ text, recent, defaults, model });
const kinds = (list: readonly Entry[]): string[] => list.map(({ kind }) => kind);
const labels = (list: readonly Entry[]): string =>
  list
    .map((entry) => ('label' in entry ? entry.label : 'phrase' in entry ? entry.phrase : entry.prompts.join()))
    .join('\n');

void test('the first entry says what Enter does', () => {
  const [first] = shown('a bald man; a rocket;A ROCKET; a cow');
  assert.ok(first?.kind === 'explain');
  assert.equal(first.label, 'Explain 3 prompts: a bald man · a rocket · a cow');
  assert.deepEqual(first.prompts, ['a bald man', 'a rocket', 'a cow']);
  assert.equal((shown('a cow')[0] as { label: string }).label, 'Explain this prompt: a cow');
});

void test('the bundled model says that it knows drawings, not photographs, whatever is written', () => {
  for (const text of ['', 'a cow', ';'])
    assert.match(
      JSON.stringify(shown(text, { recent: [['a dog']] })),
      /as drawings \(concepts\.json\), not photographs/,
    );
  assert.ok(aboutInShort(bundled.about).length <= 90);
  assert.doesNotMatch(JSON.stringify(shown('a cow', { model: plain })), /drawings/);
});

void test('nothing written: Enter repeats the most recent prompts; without any, the entry asks for some', () => {
  assert.deepEqual(kinds(shown('', { model: plain })), ['note']);
  const list = shown('', { recent: [['a dog', 'a cat'], ['a cow']], defaults: ['a fish'], model: plain });
  assert.deepEqual(kinds(list), ['set', 'separator', 'set', 'separator', 'set']);
  assert.deepEqual(list[0], { kind: 'set', from: 'recent', prompts: ['a dog', 'a cat'] });
  assert.deepEqual(list.at(-1), { kind: 'set', from: 'default', prompts: ['a fish'] });
});

void test('default prompts that were used lately are listed once', () => {
  const list = shown('', { recent: [['A Fish']], defaults: ['a fish'], model: plain });
  assert.deepEqual(kinds(list), ['set']);
});

void test('sets are offered while they hold what is written', () => {
  const recent = [['a dog', 'a cat'], ['a cow']];
  assert.match(labels(shown('cat', { recent, model: plain })), /a dog,a cat/);
  assert.doesNotMatch(labels(shown('cat', { recent, model: plain })), /a cow/);
  assert.equal(kinds(shown('a dog; a cat', { recent, model: plain })).includes('set'), false);
});

void test('names that the model knows are offered for the phrase being written, and not once it is written', () => {
  const offered = shown('a cow; a rocke').filter(({ kind }) => kind === 'completion');
  assert.deepEqual(offered[0], { kind: 'completion', phrase: 'a rocket', name: 'rocket' });
  assert.equal(
    shown('a cow; a rocket').some((entry) => entry.kind === 'completion' && entry.name === 'rocket'),
    false,
  );
  assert.equal(kinds(shown('a rocke', { model: plain })).includes('completion'), false);
});

void test('repeated prompts and prompts that do not fit the model are said', () => {
  assert.match(labels(shown('a cow; A cow')), /“a cow” is there more than once; it is explained once\./);
  const long = Array.from({ length: 40 }, (_, k) => `word${k}`).join(' ');
  assert.match(labels(shown(long)), /has 40 words; emoji-clip reads at most 30 tokens, and the rest will be cut\./);
  assert.doesNotMatch(labels(shown(long, { model: plain })), /will be cut/);
  assert.equal(shown('x'.repeat(3000))[0]?.kind, 'note');
});

void test('what a folder does not say is left open; a folder that is none fails nothing', async () => {
  assert.equal(bundled.concepts.length, 930);
  assert.equal(bundled.contextLength, 32);
  const nothing = await modelFacts('/no/such/model');
  assert.deepEqual(nothing, {
    folder: '/no/such/model',
    name: 'model',
    about: '',
    concepts: [],
    contextLength: Infinity,
  });
});
