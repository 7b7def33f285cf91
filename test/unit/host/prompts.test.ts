import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import concepts from '../../../models/emoji-clip/concepts.json' with { type: 'json' };
import { completions } from '../../../src/shared/prompts/completions';
import { maxSets, readSets, remembered, without } from '../../../src/host/prompts/history';
import {
  lastPhrase,
  maxPromptLength,
  maxPrompts,
  parsePrompts,
  promptLine,
  promptProblem,
  withLastPhrase,
} from '../../../src/shared/prompts/parse';

const prompts = (text: string): readonly string[] => parsePrompts(text).prompts;
const names = concepts.map(({ name }) => name);
const phrases = (text: string, limit = 3): string[] => completions(text, names, limit).map(({ phrase }) => phrase);

void test('prompts are separated by semicolons or new lines; white space around and within is tidied', () => {
  assert.deepEqual(prompts('  a bald   man ;a rocket in space;; a\tcow; '), [
    'a bald man',
    'a rocket in space',
    'a cow',
  ]);
  assert.deepEqual(prompts('a dog\na cat\r\na fish'), ['a dog', 'a cat', 'a fish']);
  assert.deepEqual(prompts('犬；猫'), ['犬', '猫']);
  for (const nothing of ['', ' ', ';', ' ;\n; ']) assert.deepEqual(prompts(nothing), []);
});

void test('a prompt in double quotes holds semicolons; quotes within a prompt are its own', () => {
  assert.deepEqual(prompts('"a cat; a dog"; a fish'), ['a cat; a dog', 'a fish']);
  assert.deepEqual(prompts('"she said ""stop; go"""'), ['she said "stop; go"']);
  assert.deepEqual(prompts('a sign that says "stop"; a car'), ['a sign that says "stop"', 'a car']);
  assert.deepEqual(prompts('"not closed; a car'), ['"not closed', 'a car']);
});

void test('what was said before is left out and named, regardless of case and of how accents are composed', () => {
  const { prompts: kept, duplicates } = parsePrompts('A Cat; a cat; a CAT; caf\u00e9; cafe\u0301; a dog');
  assert.deepEqual(kept, ['A Cat', 'caf\u00e9', 'a dog']);
  assert.deepEqual(duplicates, ['A Cat', 'caf\u00e9']);
});

void test('emoji, right-to-left text and markup are prompts like any other', () => {
  const said = ['👩‍🚀', 'צלחת מעופפת', '<img src=x onerror=alert(1)>', '${workspaceFolder}'];
  assert.deepEqual(prompts(said.join(';')), said);
});

void test('whatever the prompts, their line gives them back', () => {
  const prompt = fc
    .string({ unit: fc.constantFrom('a', 'B', ' ', ';', '"', '\n', '；', 'é', '🚀'), minLength: 1, maxLength: 12 })
    .map((text) => text.replace(/\s+/gu, ' ').trim())
    .filter((text) => text !== '');
  fc.assert(
    fc.property(fc.uniqueArray(prompt, { selector: (text) => text.toLowerCase(), maxLength: 6 }), (said) => {
      assert.deepEqual(prompts(promptLine(said)), said);
    }),
  );
});

void test('10,000 characters, even hostile ones, are read at once and refused in a sentence', () => {
  for (const text of ['a'.repeat(10_000), '"'.repeat(10_000), '";'.repeat(5000), '"" '.repeat(3333)]) {
    const begin = performance.now();
    const { prompts: said } = parsePrompts(text);
    assert.ok(performance.now() - begin < 1000);
    assert.ok(said.length >= 1);
  }
  const problem = promptProblem(prompts(`a dog; ${'x'.repeat(10_000)}`));
  assert.equal(problem?.kind, 'too-long');
  assert.match(problem?.message ?? '', /^Prompt 2 has 10000 characters; at most 2000 are read\. Shorten it\.$/);
});

void test('no prompt, too many and too long ones are said; the limits themselves are allowed', () => {
  assert.equal(promptProblem([])?.kind, 'empty');
  assert.equal(promptProblem(Array.from({ length: maxPrompts + 1 }, (_, k) => `${k}`))?.kind, 'too-many');
  assert.equal(promptProblem(Array.from({ length: maxPrompts }, (_, k) => `${k}`)), null);
  assert.equal(promptProblem(['x'.repeat(maxPromptLength)]), null);
});

void test('the last phrase is the one being written, and can be replaced', () => {
  assert.deepEqual(lastPhrase('a dog;  a ro'), { start: 8, phrase: 'a ro' });
  assert.deepEqual(lastPhrase(''), { start: 0, phrase: '' });
  assert.equal(lastPhrase('"a; b"; c').phrase, 'c');
  assert.equal(withLastPhrase('a dog;a ro', 'a rocket'), 'a dog; a rocket');
  assert.equal(withLastPhrase('a ro', 'a rocket'), 'a rocket');
  assert.equal(withLastPhrase('a dog; ', 'a; b'), 'a dog; "a; b"');
});

void test('names that the model knows complete the phrase, with the article that fits', () => {
  assert.deepEqual(phrases('rock', 2), ['a rock', 'a rocket']);
  assert.deepEqual(phrases('a rocke', 1), ['a rocket']);
  assert.deepEqual(phrases('a octo', 1), ['an octopus']);
  assert.deepEqual(phrases('an unic', 1), ['a unicorn']);
  assert.deepEqual(phrases('sciss', 1), ['scissors']);
  assert.deepEqual(phrases('the ringed', 1), ['the ringed planet']);
});

void test('completion goes on in the middle of a prompt, by words and by letters in order', () => {
  assert.deepEqual(phrases('a man and a ringed pl', 1), ['a man and a ringed planet']);
  assert.deepEqual(phrases('a photo of hot bev', 1), ['a photo of hot beverage']);
  assert.deepEqual(phrases('traffic vert', 1), ['a vertical traffic light']);
  assert.deepEqual(phrases('rckt', 1), ['a rocket']);
  assert.deepEqual(phrases(''), []);
  assert.deepEqual(phrases('zzzzqqq'), []);
});

void test('history: most recent first, each set once, limited; damaged storage is no history', () => {
  let sets = remembered([], ['a dog']);
  sets = remembered(sets, ['a cat', 'a fish']);
  sets = remembered(sets, ['A Dog']);
  assert.deepEqual(sets, [['A Dog'], ['a cat', 'a fish']]);
  assert.deepEqual(without(sets, ['a dog']), [['a cat', 'a fish']]);
  for (let k = 0; k < 2 * maxSets; k++) sets = remembered(sets, [`${k}`]);
  assert.equal(sets.length, maxSets);
  assert.deepEqual(sets[0], [`${2 * maxSets - 1}`]);
  assert.deepEqual(readSets([['a'], [], 'x', [1], null, ['b']]), [['a'], ['b']]);
  assert.deepEqual(readSets({ a: 1 }), []);
});
