import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { madeText } from '../../webview/support/text-made';
import { askedRequest, stillTied } from '../../../src/shared/text/request';
import {
  savedTextPanel,
  textHostEvents,
  textHostParams,
  textPanelEvents,
} from '../../../src/shared/text/panel-schemas';
import { tokenCsv } from '../../../src/shared/text/token-csv';

const source = { uri: 'file:///notes.md', start: 0, end: 3 };
const ask = { text: 'fox', pair: null, model: null, target: null };
const request = { items: [{ ...ask, sources: [source] }] };

test('a text stays tied to its document until it is edited; another target or a second text leaves it', () => {
  const tied = (change: object) => {
    const after = askedRequest(request, [{ ...ask, ...change }]);
    return [after.items[0]!.sources, stillTied(request.items[0], after.items[0]!)];
  };
  assert.deepEqual(tied({ target: 'class' }), [[source], true]);
  assert.deepEqual(tied({ pair: 'dog' }), [[source, null], true]);
  assert.deepEqual(tied({ text: 'foxes' }), [[null], false]);
  assert.deepEqual(askedRequest(request, [ask, ask]).items[1]!.sources, [null]);
});

test('messages are held to their shapes', () => {
  const ok = (schema: v.GenericSchema, value: unknown) => v.is(schema, value);
  const heads = { item: 1, group: 0, layer: 2, gradient: true, exact: [3] };
  for (const looked of [[], [heads], [{ ...heads, exact: null }]])
    assert.ok(ok(textHostParams.explain, { items: [ask, ask], looked }));
  for (const looked of [undefined, [{ ...heads, item: -1 }], [{ ...heads, exact: 3 }]])
    assert.ok(!ok(textHostParams.explain, { items: [ask, ask], looked }));
  for (const items of [[], [ask, ask, ask], [{ ...ask, text: 7 }], [{ text: 'x' }]])
    assert.ok(!ok(textHostParams.explain, { items, looked: [] }));
  assert.ok(ok(textHostParams.act, { action: 'compare-model' }) && !ok(textHostParams.act, { action: 'format-disk' }));
  assert.ok(ok(textHostParams.export, { item: 0, format: 'json', method: 'ig' }));
  assert.ok(!ok(textHostParams.export, { item: 0, format: 'png', method: 'ig' }));
  assert.ok(ok(textPanelEvents.light, { item: 0, sequence: 0, tokens: [1, 2] }));
  assert.ok(!ok(textPanelEvents.light, { item: 0, sequence: 0, tokens: [-1] }));
  assert.ok(ok(textHostEvents.lit, { item: 0, sequence: 0, tokens: [] }));
  const state = {
    request,
    items: [{ explained: {}, place: null }],
    status: { kind: 'ready' },
    settings: {},
    head: null,
    looked: [null],
  };
  assert.ok(ok(textHostEvents.state, state) && !ok(textHostEvents.state, { ...state, status: { kind: 'x' } }));
});

test('what a window kept of a text panel is read back, and nothing else', () => {
  assert.ok(v.is(savedTextPanel, { version: 1, request, view: {} }));
  for (const saved of [
    null,
    7,
    { version: 2, request },
    { version: 1, request: { items: [] } },
    { version: 1, request: { items: [ask] } },
  ])
    assert.ok(!v.is(savedTextPanel, saved), JSON.stringify(saved));
});

test('the table has a row for each token, with its place and all its digits', () => {
  const explained = madeText({ text: 'A fox, "quick".', layers: 2, heads: 2, model: 'm' });
  const rows = tokenCsv([explained], { first: 0, last: 1 }).trim().split('\r\n');
  const { tokens, saliency } = explained.sequences[0]!;
  assert.equal(rows.length, 1 + tokens.length);
  assert.match(
    rows[0]!,
    /^item,model,sequence,index,token,id,special,start,end,l2,mean,gradient × input,relevance,rollout,mean emb,mean 0,mean 1,norm emb/,
  );
  assert.match(rows[1]!, /^0,m,text,0,\[CLS\],101,special,,,/);
  const fox = tokens.findIndex(({ text }) => text === 'fox');
  assert.ok(rows[1 + fox]!.startsWith(`0,m,text,${fox},fox,${tokens[fox]!.id},,2,5,${saliency!.l2[fox]},`));
  assert.ok(
    rows.some((row) => row.includes(',"""",')),
    'a quote is quoted',
  );
});
