import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PromptExplanation } from '../../../src/shared/explanation';
import { edited, targetWithout } from '../../../webview/views/probabilities/edits';
import { nextSort, orderedPrompts } from '../../../webview/views/probabilities/order';

const prompts = (...given: readonly (readonly [string, number, number])[]) => ({
  prompts: given.map(([text, logit, probability]) => ({ text, logit, probability }) as PromptExplanation),
});
const animals = prompts(['dog 10', 2, 0.2], ['Cat', 3, 0.7], ['dog 9', 1, 0.1]);

test('unsorted is as given; by number the sign counts; by name as people order names', () => {
  assert.deepEqual(orderedPrompts(animals, null), [0, 1, 2]);
  assert.deepEqual(orderedPrompts(animals, { by: 'probability', ascending: false }), [1, 0, 2]);
  assert.deepEqual(orderedPrompts(animals, { by: 'logit', ascending: true }), [2, 0, 1]);
  assert.deepEqual(orderedPrompts(animals, { by: 'prompt', ascending: true }), [1, 2, 0]);
});

test('equal probabilities stand by their logits, what is no number stands last either way', () => {
  const saturated = prompts(['a', 30, 1], ['b', 40, 1], ['c', NaN, NaN]);
  assert.deepEqual(orderedPrompts(saturated, { by: 'probability', ascending: false }), [1, 0, 2]);
  assert.deepEqual(orderedPrompts(saturated, { by: 'probability', ascending: true }), [0, 1, 2]);
});

test('a heading sorts strongest first, then the other way, then as given', () => {
  const first = nextSort(null, 'logit');
  assert.deepEqual(first, { by: 'logit', ascending: false });
  assert.deepEqual(nextSort(first, 'logit'), { by: 'logit', ascending: true });
  assert.equal(nextSort({ by: 'logit', ascending: true }, 'logit'), null);
  assert.deepEqual(nextSort(first, 'prompt'), { by: 'prompt', ascending: true });
});

test('an edit replaces its prompt, separators make several of it, one behind the last is added', () => {
  const given = ['a dog', 'a cat'];
  assert.deepEqual(edited(given, 0, ' a  fox '), { kind: 'prompts', prompts: ['a fox', 'a cat'] });
  assert.deepEqual(edited(given, 0, 'a fox; a hen'), { kind: 'prompts', prompts: ['a fox', 'a hen', 'a cat'] });
  assert.deepEqual(edited(given, 2, 'a hen'), { kind: 'prompts', prompts: ['a dog', 'a cat', 'a hen'] });
  assert.deepEqual(edited(given, 0, 'a dog'), { kind: 'prompts', prompts: given });
});

test('nothing, the same again, and too much are said and not asked', () => {
  const problem = (place: number, text: string) => {
    const result = edited(['a dog', 'a cat'], place, text);
    assert.equal(result.kind, 'problem');
    return result.kind === 'problem' ? result.message : '';
  };
  assert.match(problem(0, '  ;  '), /needs a word/);
  assert.match(problem(0, 'A  CAT'), /“\u2068A CAT\u2069” is there already/);
  assert.match(problem(2, 'a hen; a hen'), /is there already/);
  assert.match(problem(2, 'x'.repeat(3000)), /3000 characters/);
  assert.match(problem(2, Array.from({ length: 70 }, (_, i) => `p${i}`).join(';')), /at most 64/);
});

test('an over-long prompt that came from elsewhere does not forbid to edit another', () => {
  assert.equal(edited(['x'.repeat(5000), 'a cat'], 1, 'a dog').kind, 'prompts');
});

test('the target stays on its prompt when another goes, and within the list when it goes itself', () => {
  assert.equal(targetWithout(2, 0, 4), 1);
  assert.equal(targetWithout(1, 3, 4), 1);
  assert.equal(targetWithout(3, 3, 4), 2);
  assert.equal(targetWithout(0, 0, 2), 0);
});
