import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counterpart } from '../../../src/shared/text/counterpart';
import { textDirection } from '../../../src/shared/text/direction';
import type { TextExplanation, TextToken } from '../../../src/shared/text/explanation';
import { followedToken } from '../../../src/shared/text/followed-token';
import { tokenUnits } from '../../../src/shared/text/token-units';
import { unitValues } from '../../../src/shared/text/unit-values';
import { visibleToken } from '../../../src/shared/text/visible-token';

const ids = (text: string) => [...text].map((letter) => ({ id: letter.codePointAt(0)! }));

test('a token is followed through an edit: before it by its place, behind it from the end, within it to what stands there', () => {
  const moved = (before: string, after: string, token: number) => followedToken(ids(before), ids(after), token);
  assert.equal(moved('abcde', 'abXYde', 1), 1);
  assert.equal(moved('abcde', 'abXYde', 3), 4);
  assert.equal(moved('abcde', 'abXYde', 2), 2);
  assert.equal(moved('abcde', 'abde', 2), 2);
  assert.equal(moved('abcde', 'ab', 4), 1);
  assert.equal(moved('abc', '', 1), null);
  // Repeated tokens: the edit is where the texts differ, and the head comes first.
  assert.equal(moved('aaaa', 'aaaaa', 3), 3);
});

const token = (text: string, start: number | null, id = 1): TextToken => ({
  text,
  id,
  special: start === null,
  word: 0,
  start,
  end: start === null ? null : start + text.length,
  source: start === null ? null : 0,
  part: 0,
});

const explained = (model: string, text: string, tokens: readonly TextToken[]): TextExplanation =>
  ({ model: { path: model }, texts: [text], sequences: [{ tokens }] }) as unknown as TextExplanation;

test('between two models the same characters face each other, special tokens those of the same number', () => {
  const whole = explained('a', 'jumps', [token('[CLS]', null), token('jumps', 0), token('[SEP]', null)]);
  const pieces = explained('b', 'jumps', [token('<s>', null), token('jum', 0), token('ps', 3), token('</s>', null)]);
  assert.deepEqual(
    [0, 1, 2].map((i) => counterpart(whole, pieces, 0, i)),
    [0, 1, 3],
  );
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => counterpart(pieces, whole, 0, i)),
    [0, 1, 1, 2],
  );
  const other = explained('b', 'leaps', pieces.sequences[0]!.tokens);
  assert.equal(counterpart(whole, other, 0, 1), null);
});

test('behind one tokenizer an exchanged word faces the one in its place', () => {
  const a = explained('m', 'a b c', [token('a', 0, 5), token('b', 2, 6), token('c', 4, 7)]);
  const b = explained('m', 'a x y c', [token('a', 0, 5), token('x', 2, 8), token('y', 4, 9), token('c', 6, 7)]);
  assert.deepEqual(
    [0, 1, 2].map((i) => counterpart(a, b, 0, i)),
    [0, 1, 3],
  );
});

test('a word’s number: sums add, norms are of all gradients together, averages are the mean; hidden tokens are left out', () => {
  const tokens = [
    { text: '[CLS]', special: true, word: -1, part: 0 },
    { text: 'jum', special: false, word: 0, part: 0 },
    { text: 'ps', special: false, word: 0, part: 0 },
  ];
  const units = tokenUnits(tokens, ['jumps'], { units: 'words', special: false, part: null });
  const values = [9, 3, -4];
  assert.deepEqual([...unitValues(values, units, 'sum')], [-1]);
  assert.deepEqual([...unitValues(values, units, 'norm')], [5]);
  assert.deepEqual([...unitValues(values, units, 'mean')], [-0.5]);
});

test('direction is that of the first letter, whatever stands before it', () => {
  assert.equal(textDirection('12.5 — שלום world'), 'rtl');
  assert.equal(textDirection('“مرحبا'), 'rtl');
  assert.equal(textDirection('Hello שלום'), 'ltr');
  assert.equal(textDirection('123 !'), 'ltr');
});

test('no token is invisible, and none turns its neighbours around', () => {
  assert.equal(visibleToken('fox'), 'fox');
  assert.equal(visibleToken('\u200d'), 'U+200D');
  assert.equal(visibleToken(' '), 'U+0020');
  assert.equal(visibleToken(''), '∅');
  assert.equal(visibleToken('\u202eabc'), '\\u202eabc');
});
