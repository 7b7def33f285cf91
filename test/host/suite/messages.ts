import assert from 'node:assert/strict';
import type { PanelAction } from '../../../src/shared/panel-protocol';
import { closePanels, inWorkspace, lens } from '../support/lens';
import { explainedPage, panelWithPage } from '../support/page';
import { rejectsWith } from '../support/rejects';
import { until } from '../support/until';

const request = {
  images: [inWorkspace('space.png').toString()],
  prompts: ['a bald man', 'a rocket in space', 'a cow'],
  model: null,
};

/** What pages and the extension say to each other: a test in the place of the page. */
export function messages(): void {
  afterEach(closePanels);

  it('open answers at once, also before the explanation is there, and is told when it is', async () => {
    const { page, panel } = await panelWithPage(request);
    const first = await page.ask('open', null);
    assert.deepEqual(first.request, request);
    assert.deepEqual(first.images, []);
    assert.equal(first.status.kind, 'working');
    await until(() => panel.images.length > 0, 'the explanation');
    const told = await until(() => page.events('state').at(-1), 'the state');
    assert.equal(told.images.length, 1);
    assert.deepEqual(told.status, { kind: 'ready' });
    const { explained } = told.images[0]!;
    const photo = told.images[0]!.photo!;
    assert.equal(photo.data.byteLength, photo.width * photo.height * 3);
    assert.equal(photo.data.buffer.byteLength, photo.data.byteLength, 'no more than the picture crosses');
    assert.deepEqual(explained.prompts.map(({ text }) => text), request.prompts); // prettier-ignore
    assert.ok(told.concepts.length > 900);
  });

  it('what is told while the page loads is told once; a page that loads later is given all of it', async () => {
    const { page, panel } = await panelWithPage(request);
    await until(() => panel.images.length > 0, 'the explanation');
    assert.equal(await page.ask('begin', null), null);
    const states = page.events('state');
    assert.equal(states.length, 1);
    assert.ok(states[0]!.images[0]!.photo);
    assert.deepEqual((await page.ask('begin', null))?.images[0]!.photo, states[0]!.images[0]!.photo);
    assert.equal((await page.ask('open', null)).images.length, 1);
  });

  it('a page that is there before the explanation is answered at once', async () => {
    const { page, panel } = await panelWithPage(request);
    assert.deepEqual((await page.ask('begin', null))?.images, []);
    await until(() => panel.images.length > 0, 'the explanation');
    assert.equal(page.events('state').length, 1);
  });

  it('a photo that the page has is not read or sent again; a page that opens anew is given it', async () => {
    const { page, panel } = await explainedPage(request);
    const { photo } = panel.images[0]!;
    const before = page.events('state').length;
    await panel.explain({ ...request, prompts: ['a moon'] });
    const told = await until(() => page.events('state')[before], 'the state');
    assert.equal(told.images[0]!.explained.prompts[0]!.text, 'a moon');
    assert.equal(told.images[0]!.photo, null);
    assert.equal(panel.images[0]!.photo.data, photo.data);
    assert.deepEqual((await page.ask('open', null)).images[0]!.photo, photo);
  });

  it('other prompts: the answer holds them, and a later open gives them too', async () => {
    const { page } = await explainedPage(request);
    const [explained] = await page.ask('explain', { prompts: ['a dog', 'a cat'] });
    assert.deepEqual(explained!.prompts.map(({ text }) => text), ['a dog', 'a cat']); // prettier-ignore
    assert.equal(explained!.vision.layers, 6);
    const { request: now, images } = await page.ask('open', null);
    assert.deepEqual(now.prompts, ['a dog', 'a cat']);
    assert.equal(images[0]!.explained, explained);
  });

  it('while one types, the last prompts win', async () => {
    const { page, panel } = await explainedPage(request);
    const [first, second] = await Promise.allSettled([
      page.ask('explain', { prompts: ['a do'] }),
      page.ask('explain', { prompts: ['a dog'] }),
    ]);
    assert.equal(first.status, 'rejected');
    assert.equal(second.status, 'fulfilled');
    assert.deepEqual(panel.request.prompts, ['a dog']);
    assert.equal(panel.images[0]!.explained.prompts[0]!.text, 'a dog');
  });

  it('heads, thumbnails and statistics have the shapes of the protocol, and rows that sum to 1', async () => {
    const { page } = await explainedPage(request);
    const at = { image: 0, tower: 'vision', layer: 5, prompt: 1 } as const;
    const { attention, gradient } = await page.ask('heads', { ...at, gradient: true });
    const [heads, queries, keys] = attention.dims as [number, number, number];
    assert.deepEqual([queries, keys], [65, 65]);
    assert.deepEqual(gradient?.dims, attention.dims);
    assert.deepEqual(await page.ask('heads', { ...at, gradient: false }), { attention, gradient: null });
    assert.ok(gradient.data.some((value) => value !== 0));
    for (const row of [0, 40]) {
      const sum = attention.data.subarray(row * keys, (row + 1) * keys).reduce((a, b) => a + b, 0);
      assert.ok(Math.abs(sum - 1) < 1e-4, `row ${row} sums to ${sum}`);
    }
    const made = await page.ask('thumbnails', { image: 0, tower: 'vision', prompt: 0, quantity: 'attention' });
    assert.deepEqual(made.rows.dims, [6, heads, 64]);
    const { vision, text } = await page.ask('statistics', { image: 0 });
    assert.deepEqual(vision.relevance.dims, [3, 6, heads]);
    assert.equal(text.entropy.dims[0], 3);
    const total = vision.relevance.data.subarray(0, 6 * heads).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(total - 1) < 1e-3, `shares sum to ${total}`);
  });

  it('what does not exist is refused with a sentence', async () => {
    const { page } = await explainedPage(request);
    const heads = { image: 0, tower: 'vision', layer: 0, prompt: 0, gradient: false } as const;
    await rejectsWith(page.ask('heads', { ...heads, layer: 99 }), 'usage', /99/);
    await rejectsWith(page.ask('heads', { ...heads, prompt: 7 }), 'usage', /prompt/i);
    await rejectsWith(page.ask('heads', { ...heads, image: 3 }), 'cancelled', /no explanation of this image/);
    await rejectsWith(page.ask('explain', { prompts: [] }), 'usage', /no prompt/);
    await rejectsWith(page.ask('explain', { prompts: Array.from({ length: 65 }, String) }), 'usage', /at most 64/);
    await rejectsWith(page.ask('explain', { prompts: ['x'.repeat(2001)] }), 'usage', /2001 characters/);
  });

  it('a malformed message is refused or dropped, and the panel lives on', async () => {
    const { page } = await explainedPage(request);
    const refused: [string, unknown][] = [
      ['explain', { prompts: 'a cow' }],
      ['explain', { prompts: Array.from({ length: 1001 }, String) }],
      ['heads', { image: -1, tower: 'vision', layer: 0, prompt: 0, gradient: false }],
      ['heads', { image: 0, tower: 'third', layer: 0, prompt: 0, gradient: false }],
      ['heads', { image: 0, tower: 'vision', layer: 0, prompt: 0 }],
      ['statistics', null],
      ['export', { format: 'exe' }],
      ['save', { name: 'x'.repeat(301), text: '' }],
      ['act', { action: 'format-disk' }],
      ['open', {}],
    ];
    for (const [method, params] of refused) await rejectsWith(page.askAnything(method, params), 'usage', /malformed/);
    for (const method of ['constructor', '__proto__', 'toString', 'explode'])
      await rejectsWith(page.askAnything(method, null), 'internal', /no method/);
    page.post({ type: 'request', id: 77 });
    assert.equal((await page.answer(77)).type, 'error');
    const before = page.heard.length;
    for (const junk of [
      null,
      undefined,
      7,
      'x',
      [],
      {},
      { type: 'evil' },
      { type: 'request', id: 'x', method: 'open', params: null },
      { type: 'result', id: 5, result: 1 },
      { type: 'cancel', id: 5 },
      { type: 'event', name: 'nothing', payload: 1 },
      { type: 'event', name: 'cursor', payload: { image: 0, prompt: -1, tower: 'vision', layer: 0, head: 0 } },
      { type: 'event', name: 'cursor' },
    ])
      page.post(junk);
    assert.equal((await page.ask('open', null)).images.length, 1);
    assert.equal(page.heard.length, before + 1, 'nothing but that one answer was said');
  });

  it('the page’s cursor is the panel’s; a head that the side panel chose is told until the page has it', async () => {
    const { page, panel } = await explainedPage(request);
    const cursor = { image: 0, prompt: 2, tower: 'text', layer: 1, head: 3 } as const;
    page.post({ type: 'event', name: 'cursor', payload: cursor });
    assert.deepEqual(panel.cursor, cursor);
    panel.showHead({ tower: 'vision', layer: 4, head: 2 });
    assert.deepEqual(page.events('head').at(-1), { tower: 'vision', layer: 4, head: 2 });
    assert.deepEqual((await page.ask('open', null)).head, { tower: 'vision', layer: 4, head: 2 });
    page.post({ type: 'event', name: 'cursor', payload: cursor });
    assert.equal((await page.ask('open', null)).head, null);
  });

  it('a hidden page is told nothing, and asks again', async () => {
    const { page, panel } = await explainedPage(request);
    page.hide();
    const before = page.heard.length;
    await panel.explain({ ...request, prompts: ['a pizza'] });
    assert.equal(page.heard.length, before);
    page.visible = true;
    assert.deepEqual((await page.ask('open', null)).request.prompts, ['a pizza']);
  });

  it('cancel ends the work, says so, and retry explains', async () => {
    const { page, panel } = await panelWithPage({
      ...request,
      prompts: Array.from({ length: 64 }, (_, i) => `a cow number ${i}`),
    });
    const act = (action: PanelAction) => page.ask('act', { action });
    await act('cancel');
    await until(() => panel.status.kind === 'cancelled', 'the end', { said: () => JSON.stringify(panel.status) });
    assert.equal(page.events('status').at(-1)!.kind, 'cancelled');
    await act('retry');
    await until(() => panel.images.length === 1, 'the explanation');
    // Nobody is left to be answered.
    page.post({ type: 'request', id: 1, method: 'act', params: { action: 'close' } });
    await until(() => page.disposed, 'the tab to close');
    const { testing } = await lens();
    assert.equal(testing.panels.all.length, 0);
  });

  it('a page that is closed is answered no more, and its work ends', async () => {
    const { testing } = await lens();
    const { page } = await explainedPage(request);
    const many = Array.from({ length: 64 }, (_, i) => `a cow number ${i}`);
    page.post({ type: 'request', id: 5, method: 'explain', params: { prompts: many } });
    await until(() => testing.work.stage !== null, 'work');
    page.dispose();
    const said = page.heard.length;
    page.post({ type: 'request', id: 6, method: 'open', params: null });
    await until(() => testing.work.stage === null, 'the end of the work');
    assert.equal(page.heard.length, said);
    assert.equal(testing.panels.all.length, 0);
  });
}
