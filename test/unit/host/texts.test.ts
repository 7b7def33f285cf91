import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { sentenceAt } from '../../../src/host/texts/sentence';
import { textExportName } from '../../../src/host/texts/export-name';
import { textProblem } from '../../../src/host/texts/explain-texts';
import { textKeyOf, textTitleOf, withSources } from '../../../src/host/texts/request';
import { movedBy, nearestOccurrence, type Edit, type Span } from '../../../src/host/texts/span';
import { placesOf, tokensAt } from '../../../src/host/texts/token-places';
import type { TextToken, TokenSequence } from '../../../src/shared/text/explanation';

const document = 'One line.\nThe quick fox.\nAnother.';
const fox: Span = { start: 10, end: 24 };
const cut = (text: string, span: Span | null): string | null => span && text.slice(span.start, span.end);
const applied = (text: string, edits: readonly Edit[]): string =>
  [...edits]
    .sort((a, b) => b.rangeOffset - a.rangeOffset)
    .reduce((now, e) => now.slice(0, e.rangeOffset) + e.text + now.slice(e.rangeOffset + e.rangeLength), text);
const after = (...edits: readonly Edit[]): string | null => cut(applied(document, edits), movedBy(fox, edits));
const edit = (rangeOffset: number, rangeLength: number, text: string): Edit => ({ rangeOffset, rangeLength, text });

void test('a sentence is followed: shifted by what is written before it, untouched by what comes after', () => {
  assert.equal(after(edit(0, 0, '# Title\n\n')), 'The quick fox.');
  assert.equal(after(edit(0, 10, '')), 'The quick fox.');
  assert.equal(after(edit(25, 8, 'x')), 'The quick fox.');
  assert.equal(after(edit(0, 3, 'Two'), edit(24, 1, '\n\n')), 'The quick fox.');
});

void test('it grows and shrinks with its own text, also with several cursors at once', () => {
  assert.equal(after(edit(14, 5, 'slow')), 'The slow fox.');
  assert.equal(after(edit(13, 6, '')), 'The fox.');
  assert.equal(after(edit(0, 0, 'x'), edit(14, 5, 'red'), edit(20, 3, 'dog')), 'The red dog.');
});

void test('what is written at its edges belongs to it, but not another line', () => {
  assert.equal(after(edit(24, 0, ' It jumps.')), 'The quick fox. It jumps.');
  assert.equal(after(edit(10, 0, 'Look: ')), 'Look: The quick fox.');
  assert.equal(after(edit(24, 0, '\nNew')), 'The quick fox.');
  assert.equal(after(edit(10, 0, 'New\r\n')), 'The quick fox.');
});

void test('an edit over an edge leaves the rest; one over all of it leaves nothing', () => {
  assert.equal(after(edit(5, 9, '')), 'quick fox.');
  assert.equal(after(edit(19, 10, 'xyz')), 'The quick');
  assert.equal(after(edit(10, 14, '')), null);
  assert.equal(after(edit(0, document.length, 'something else')), null);
  assert.equal(after(edit(10, 14, 'A cow.')), 'A cow.', 'replaced by exactly its own place: the new text is meant');
});

void test('whatever is edited, the stretch stays within the document and in order', () => {
  const changes = fc
    .uniqueArray(fc.tuple(fc.nat(document.length), fc.nat(document.length), fc.string({ maxLength: 6 })), {
      maxLength: 3,
      selector: ([from]) => from,
    })
    .map((raw) => {
      // At once, as VS Code says them: none overlaps another.
      let free = 0;
      return raw
        .map(([a, b, text]) => ({ from: Math.min(a, b), to: Math.max(a, b), text }))
        .sort((a, b) => a.from - b.from)
        .flatMap(({ from, to, text }) => {
          if (from < free) return [];
          free = to + 1;
          return [edit(from, to - from, text)];
        });
    });
  fc.assert(
    fc.property(changes, (edits) => {
      const now = movedBy(fox, edits);
      const text = applied(document, edits);
      if (now)
        assert.ok(now.start >= 0 && now.end > now.start && now.end <= text.length, JSON.stringify({ now, text }));
      if (edits.every(({ rangeOffset, rangeLength }) => rangeOffset + rangeLength < fox.start || rangeOffset > fox.end))
        assert.equal(cut(text, now), 'The quick fox.');
    }),
  );
});

void test('a text that was lost is found where it is nearest', () => {
  assert.deepEqual(nearestOccurrence('a fox, a fox', 'fox', 8), { start: 9, end: 12 });
  assert.deepEqual(nearestOccurrence('a fox, a fox', 'fox', 3), { start: 2, end: 5 });
  assert.equal(nearestOccurrence('a cow', 'fox', 0), null);
  assert.equal(nearestOccurrence('a cow', '', 0), null);
});

void test('the sentence at the caret: without marks of comments, lists and headings', () => {
  const at = (marked: string): string | null => {
    const column = marked.indexOf('|');
    const line = marked.replace('|', '');
    return cut(line, sentenceAt(line, column));
  };
  assert.equal(at('One thing. Ano|ther thing.'), 'Another thing.');
  assert.equal(at('|One thing. Another thing.'), 'One thing.');
  assert.equal(at('One thing. Another thing.|'), 'Another thing.');
  assert.equal(at('    // Adds a nu|mber. Twice.'), 'Adds a number.');
  assert.equal(at(' * The sum|.'), 'The sum.');
  assert.equal(at('/** The sum.| */'), 'The sum.');
  assert.equal(at('## A head|ing'), 'A heading');
  assert.equal(at('> - [quoted]| item'), '[quoted] item');
  assert.equal(at('3. third |'), 'third');
  assert.equal(at('今日は雨。明日は|晴れ。'), '明日は晴れ。');
  assert.equal(at('שלום עו|לם. מה שלומך?'), 'שלום עולם.');
  assert.equal(at('|🦊🦊'), '🦊🦊');
  for (const nothing of ['|', '  |', '// |', '-----|', '#|']) assert.equal(at(nothing), null, nothing);
});

const token = (text: string, start: number | null, end: number | null, source: number | null): TextToken => ({
  text,
  id: 1,
  special: source === null,
  word: source === null ? -1 : 0,
  start,
  end,
  source,
  part: source ?? 0,
});

/** [CLS] a cat [SEP] a dog [SEP], and a decoder that reads the second text too. */
const sequence = (tokens: readonly TextToken[]): TokenSequence => ({
  name: 'text',
  tokens,
  words: [],
  readOut: 0,
  cut: null,
  saliency: null,
  hidden: null,
});
const explained = {
  sequences: [
    sequence([
      token('[CLS]', null, null, null),
      token('a', 0, 1, 0),
      token('ca', 2, 4, 0),
      token('##t', 4, 5, 0),
      token('[SEP]', null, null, null),
      token('a', 0, 1, 1),
      token('dog', 2, 5, 1),
    ]),
  ],
};

void test('tokens stand in their own text alone; special ones nowhere; bytes of one letter are one stretch', () => {
  assert.deepEqual(placesOf(explained, { sequence: 0, tokens: [0, 1, 3, 6] }, 0), [
    { start: 0, end: 1 },
    { start: 4, end: 5 },
  ]);
  assert.deepEqual(placesOf(explained, { sequence: 0, tokens: [0, 1, 3, 6] }, 1), [{ start: 2, end: 5 }]);
  assert.deepEqual(placesOf(explained, { sequence: 7, tokens: [1] }, 0), []);
  assert.deepEqual(placesOf(explained, { sequence: 0, tokens: [99] }, 0), []);
  const emoji = { sequences: [sequence([token('ð', 0, 2, 0), token('Ł', 0, 2, 0), token('x', 2, 2, 0)])] };
  assert.deepEqual(placesOf(emoji, { sequence: 0, tokens: [0, 1, 2] }, 0), [{ start: 0, end: 2 }]);
});

void test('a caret is in the token behind it, at the end of a word in the one before it; a selection touches several', () => {
  const at = (start: number, end = start, source = 0) => tokensAt(explained, source, { start, end }).tokens;
  assert.deepEqual(at(0), [1]);
  assert.deepEqual(at(1), [1]);
  assert.deepEqual(at(2), [2]);
  assert.deepEqual(at(4), [3]);
  assert.deepEqual(at(5), [3]);
  assert.deepEqual(at(9), []);
  assert.deepEqual(at(1, 4), [2]);
  assert.deepEqual(at(0, 5), [1, 2, 3]);
  assert.deepEqual(at(3, 3, 1), [6]);
});

const source = (start: number) => ({ uri: 'file:///notes.md', start, end: start + 6 });
const item = (text: string, pair: string | null = null, ...sources: (ReturnType<typeof source> | null)[]) => ({
  text,
  pair,
  model: null,
  target: null,
  sources,
});
const ask = (text: string, pair: string | null = null) => ({ text, pair, model: null, target: 'class' });

void test('a text that the page did not touch keeps its place; one that it edited has none', () => {
  const now = item('A fox.', 'A dog.', source(3), source(20));
  assert.deepEqual(withSources(ask('A fox.', 'A dog.'), now, undefined), { ...now, target: 'class' });
  assert.deepEqual(withSources(ask('A cow.', 'A dog.'), now, undefined).sources, [null, source(20)]);
  assert.deepEqual(withSources(ask('A fox.'), now, undefined), { ...item('A fox.', null, source(3)), target: 'class' });
  assert.deepEqual(withSources(ask('New.'), undefined, undefined).sources, [null]);
});

void test('where the document went ahead of the page, what the page says of its old text is said of the new one', () => {
  const now = item('A red fox.', null, source(3));
  const shown = { text: 'A fox.', pair: null };
  assert.deepEqual(withSources(ask('A fox.'), now, shown), { ...item('A red fox.', null, source(3)), target: 'class' });
  assert.deepEqual(withSources(ask('A fox. '), now, shown).sources, [null]);
  // Undone in the page itself: there is no document to go by.
  assert.equal(withSources(ask('A fox.'), item('A red fox.', null, null), shown).text, 'A fox.');
});

void test('panels of texts: a name, a key', () => {
  const request = { items: [item('The quick\n brown fox jumps over the lazy dog, and over the wall.')] };
  assert.equal(textTitleOf(request), 'Explain: The quick brown fox jumps over the lazy…');
  assert.equal(textTitleOf({ items: [item('A fox.', 'A dog.'), item('A fox.')] }), 'Explain: A fox. · A dog.');
  assert.equal(textTitleOf({ items: [] }), 'Attention Lens');
  assert.equal(textKeyOf({ items: [item('A', null, source(3))] }), textKeyOf({ items: [item('A')] }));
  assert.notEqual(textKeyOf({ items: [item('A')] }), textKeyOf({ items: [item('A', 'B')] }));
});

void test('nothing, white space and a whole novel are refused with a sentence', () => {
  assert.equal(textProblem({ text: 'A fox.', pair: null }), null);
  assert.match(textProblem({ text: ' \n', pair: null })!, /no text/);
  assert.match(textProblem({ text: 'A fox.', pair: '' })!, /no text/);
  assert.match(textProblem({ text: 'x'.repeat(1_000_001), pair: null })!, /1000001 characters/);
});

void test('files are named after the first words, in any script', () => {
  assert.equal(
    textExportName('json', 'The quick, brown fox jumps over it'),
    'the-quick-brown-fox-jumps-over-explained.json',
  );
  assert.equal(textExportName('html', '../../🦊'), 'text-report.html');
  assert.equal(textExportName('safetensors', 'Привет, мир'), 'привет-мир-heads.safetensors');
});
