import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { ownViews } from '../../../src/host/panels/own-views';
import { hostParams } from '../../../src/shared/panel-schemas';
import { Rpc, type Port } from '../../../src/shared/rpc/rpc';

test('a view of a larger buffer is sent alone', () => {
  const pool = new Float32Array(1000).fill(7);
  const message = { result: { rows: { data: pool.subarray(10, 20) } } };
  const sent = ownViews(message) as typeof message;
  assert.equal(sent.result.rows.data.buffer.byteLength, 40);
  assert.deepEqual(sent.result.rows.data, message.result.rows.data);
  assert.equal(message.result.rows.data.buffer, pool.buffer, 'the sender’s value is untouched');
});

test('what has its own buffers is not copied', () => {
  const message = { a: [{ data: new Float32Array(3) }], b: null, c: 'x', d: undefined };
  assert.equal(ownViews(message), message);
});

test('a Buffer of Node crosses as bytes', () => {
  const sent = ownViews({ data: Buffer.from('abc') }) as { data: Uint8Array };
  assert.ok(!Buffer.isBuffer(sent.data));
  assert.deepEqual([...sent.data], [97, 98, 99]);
  assert.equal(sent.data.buffer.byteLength, 3);
});

const picture = {
  format: 'png',
  image: 0,
  prompt: 0,
  method: 'relevance',
  layers: { first: 0, last: 5 },
  textLayers: { first: 0, last: 3 },
  colourMap: 'inferno',
  smooth: true,
  opacity: 0.8,
  scale: 'own',
};

test('what a page asks for is checked before anything is done', () => {
  assert.ok(v.is(hostParams.export, picture));
  for (const wrong of [
    { format: 'exe' },
    { image: -1 },
    { prompt: 0.5 },
    { opacity: 2 },
    { colourMap: 'constructor' },
    { layers: { first: 0, last: NaN } },
  ])
    assert.ok(!v.is(hostParams.export, { ...picture, ...wrong }), JSON.stringify(wrong));
  assert.ok(!v.is(hostParams.act, { action: 'rm -rf' }));
  assert.ok(!v.is(hostParams.explain, { prompts: 'a man' }));
  assert.ok(!v.is(hostParams.save, { name: 'a'.repeat(301), text: '' }));
});

/** Two pages that were shown one after the other talk to the same extension: the first one's answer comes late. */
test('an answer to an earlier page is not taken for one to the present page', async () => {
  interface Methods {
    slow(params: null): Promise<string>;
  }
  const pages: ((message: unknown) => void)[] = [];
  let toHost: (message: unknown) => void = () => undefined;
  const hostPort: Port = {
    post: (message) => Promise.resolve(pages.at(-1)!(structuredClone(message))),
    onMessage: (listener) => (toHost = listener),
    onClose: () => undefined,
  };
  const answers: ((text: string) => void)[] = [];
  new Rpc<Methods, object, object>(hostPort, {
    handlers: { slow: () => new Promise((resolve) => answers.push(resolve)) },
    params: { slow: v.null() },
  });
  const page = () =>
    new Rpc<object, Methods, object>(
      {
        post: (message) => Promise.resolve(toHost(structuredClone(message))),
        onMessage: (listener) => pages.push(listener),
        onClose: () => undefined,
      },
      { handlers: {}, params: {} },
    );
  void page().call('slow', null);
  const asked = page().call('slow', null);
  assert.equal(answers.length, 2, 'the second page’s request is no repetition of the first’s');
  answers[0]!('of the first page');
  answers[1]!('of the second page');
  assert.equal(await asked, 'of the second page');
});
