import assert from 'node:assert/strict';
import test from 'node:test';
import type { TextPanelRequest } from '../../../src/shared/text/panel-protocol';
import { ago, readRecent, sameRequest, withRecent, type RecentExplanation } from '../../../src/host/recent-list';

const request = (image: string, ...prompts: string[]) => ({ images: [`file:///${image}`], prompts, model: null });

void test('recent explanations: newest first, an image once for each model, limited', () => {
  let list: readonly RecentExplanation[] = [];
  list = withRecent(list, request('a.png', 'a dog'), 1);
  list = withRecent(list, request('b.png', 'a cat'), 2);
  list = withRecent(list, request('a.png', 'a cow'), 3);
  assert.deepEqual(list, [
    { request: request('a.png', 'a cow'), time: 3 },
    { request: request('b.png', 'a cat'), time: 2 },
  ]);
  list = withRecent(list, { ...request('a.png', 'a cow'), model: '/other' }, 4);
  assert.equal(list.length, 3);
  for (let k = 0; k < 100; k++) list = withRecent(list, request(`${k}.png`, 'a cow'), k);
  assert.equal(list.length, 30);
});

void test('what is stored by another version, or damaged, is left out', () => {
  const good = { request: request('a.png', 'a dog'), time: 1 };
  assert.deepEqual(readRecent([good, null, { request: { images: [] } }, { ...good, time: 'x' }]), [good]);
  assert.deepEqual(readRecent('nonsense'), []);
});

void test('a request is the same with the same images, prompts and model', () => {
  assert.ok(sameRequest(request('a.png', 'a'), request('a.png', 'a')));
  assert.ok(!sameRequest(request('a.png', 'a'), request('a.png', 'b')));
  assert.ok(!sameRequest(request('a.png', 'a'), request('b.png', 'a')));
});

void test('times as people say them', () => {
  const now = Date.UTC(2030, 0, 31, 12);
  const minute = 60_000;
  const said = [0, 5, 59, 60, 23 * 60, 24 * 60, 48 * 60, 40 * 24 * 60].map((minutes) =>
    ago(now - minutes * minute, now),
  );
  assert.deepEqual(said, [
    'just now',
    '5 min ago',
    '59 min ago',
    '1 h ago',
    '23 h ago',
    'yesterday',
    '2 days ago',
    '2029-12-22',
  ]);
});

const texts = (text: string, more: { pair?: string; start?: number } = {}): TextPanelRequest => ({
  items: [
    {
      text,
      pair: more.pair ?? null,
      model: null,
      target: null,
      sources: more.start === undefined ? [] : [{ uri: 'file:///notes.md', start: more.start, end: more.start + 5 }],
    },
  ],
});

void test('texts are among them: one entry for a text and model, whatever its place', () => {
  let list: readonly RecentExplanation[] = [];
  list = withRecent(list, texts('A fox.', { start: 3 }), 1);
  list = withRecent(list, request('a.png', 'a dog'), 2);
  list = withRecent(list, texts('A fox.', { start: 9 }), 3);
  assert.deepEqual(list, [
    { request: texts('A fox.', { start: 9 }), time: 3 },
    { request: request('a.png', 'a dog'), time: 2 },
  ]);
  assert.deepEqual(readRecent(list), list);
  assert.deepEqual(
    readRecent([
      { request: { items: [] }, time: 1 },
      { request: { items: 'x' }, time: 1 },
    ]),
    [],
  );
  assert.equal(withRecent(list, texts('A fox.', { pair: 'A dog.' }), 4).length, 3);
});

void test('a text that is edited takes the place of what it was a keystroke ago', () => {
  let list = withRecent([], texts('A fox.'), 1);
  list = withRecent(list, texts('A fox j'), 2);
  list = withRecent(list, texts('A fox ju'), 3, texts('A fox j'));
  assert.deepEqual(
    list.map(({ request }) => request),
    [texts('A fox ju'), texts('A fox.')],
  );
});

void test('of an endless text, the beginning is kept, and no place that it does not stand at', () => {
  const [entry] = withRecent([], texts('x'.repeat(200_000), { start: 0 }), 1);
  assert.ok(entry && 'items' in entry.request);
  assert.equal(entry.request.items[0]!.text.length, 50_000);
  assert.deepEqual(entry.request.items[0]!.sources, []);
});
