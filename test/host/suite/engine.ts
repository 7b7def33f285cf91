import assert from 'node:assert/strict';
import { commands, ConfigurationTarget, workspace } from 'vscode';
import { closePanels, inWorkspace, lens } from '../support/lens';
import { explainedPage } from '../support/page';
import { rejectsWith } from '../support/rejects';
import { until } from '../support/until';

const space = inWorkspace('space.png');
const request = { images: [space.toString()], prompts: ['a cow', 'a dog'], model: null };
const many = Array.from({ length: 64 }, (_, i) => `a rocket number ${i}`);

/** The engine’s process: its death is said, and healed. */
export function engine(): void {
  beforeEach(async () => (await lens()).testing.engine.reset());
  afterEach(async () => {
    (await lens()).testing.engine.reset();
    await closePanels();
  });

  async function kill(): Promise<void> {
    const { testing } = await lens();
    const pid = await until(() => testing.engine.pid, 'a process');
    process.kill(pid, 'SIGKILL');
    await until(() => testing.engine.pid !== pid, 'its death to be known');
  }

  it('killed while idle: the next call starts another', async () => {
    const { explain, testing } = await lens();
    await explain(space, ['a cow']);
    const first = testing.engine.pid;
    await kill();
    const { prompts } = await explain(space, ['a cow', 'a dog']);
    assert.equal(prompts.length, 2);
    assert.notEqual(testing.engine.pid, first);
  });

  it('killed while it works: the call says so, the panel too; retry heals', async () => {
    const { testing, explain } = await lens();
    const { page, panel } = await explainedPage(request);
    const typed = page.ask('explain', { prompts: many });
    const called = explain(space, many);
    void called.catch(() => undefined);
    void typed.catch(() => undefined);
    await until(() => testing.engine.state === 'busy', 'work');
    await kill();
    await rejectsWith(typed, 'crashed', /SIGKILL/);
    await rejectsWith(called, 'crashed', /SIGKILL/);
    assert.ok(panel.status.kind === 'failed' && panel.status.error === 'crashed');
    assert.equal(panel.status.actions[0], 'retry');
    assert.equal(panel.images.length, 1, 'the last picture stays');
    assert.equal(testing.work.stage, null);
    await page.ask('act', { action: 'retry' });
    await until(() => panel.status.kind === 'ready', 'the retry', { said: () => JSON.stringify(panel.status) });
    assert.equal(panel.images[0]!.explained.prompts.length, 64);
  });

  it('heads are fetched by a new process as by the old one', async () => {
    const { page } = await explainedPage(request);
    const choice = { image: 0, tower: 'vision', layer: 5, prompt: 0, gradient: false } as const;
    const before = await page.ask('heads', choice);
    await kill();
    const after = await page.ask('heads', choice);
    assert.deepEqual(after.attention.dims, before.attention.dims);
    const worst = Math.max(...after.attention.data.map((value, i) => Math.abs(value - before.attention.data[i]!)));
    assert.ok(worst < 1e-6, String(worst));
  });

  it('six deaths in a row: it is not started again by itself, which is said; retry in the panel heals', async () => {
    const { explain, testing } = await lens();
    const { page, panel } = await explainedPage(request);
    for (let i = 0; i < 6; i++) {
      // Up again without a call, as while prompts are written.
      testing.engine.start();
      if (testing.engine.state === 'failed') break;
      await kill();
    }
    assert.equal(testing.engine.state, 'failed');
    await rejectsWith(explain(space, ['a cow']), 'crashed', /too often.*Attention Lens: Restart Engine.*SIGKILL/s);
    await rejectsWith(
      page.ask('heads', { image: 0, tower: 'vision', layer: 0, prompt: 0, gradient: false }),
      'crashed',
      /too often/,
    );
    // It was no explanation that failed, and still the way out is in the panel.
    assert.ok(panel.status.kind === 'failed' && panel.status.actions.includes('retry'));
    assert.equal(testing.engine.pid, null);
    await page.ask('act', { action: 'retry' });
    await until(() => panel.status.kind === 'ready', 'the retry', { said: () => JSON.stringify(panel.status) });
    assert.ok(testing.engine.pid !== null);
  });

  it('Restart Engine heals too: API, and panels that its death left without an answer', async () => {
    const { explain, testing } = await lens();
    const { page, panel } = await explainedPage(request);
    for (let i = 0; i < 4; i++) {
      testing.engine.start();
      await kill();
    }
    await rejectsWith(page.ask('explain', { prompts: ['a pizza'] }), 'crashed', /too often/);
    await commands.executeCommand('attentionLens.restartEngine');
    await until(() => panel.status.kind === 'ready', 'the panel', { said: () => JSON.stringify(panel.status) });
    assert.deepEqual(panel.images[0]!.explained.prompts.map(({ text }) => text), ['a pizza']); // prettier-ignore
    assert.equal((await explain(space, ['a cow'])).prompts.length, 1);
  });

  it('Restart Engine gives a new process where one runs well', async () => {
    const { explain, testing } = await lens();
    await explain(space, ['a cow']);
    const first = testing.engine.pid;
    await commands.executeCommand('attentionLens.restartEngine');
    await until(() => testing.engine.pid !== null && testing.engine.pid !== first, 'another process');
    assert.throws(() => process.kill(first!, 0), 'the first is gone');
  });

  it('Restart Engine while it works: the panel gets its answer from the new process', async () => {
    const { testing } = await lens();
    const { panel } = await explainedPage(request);
    void panel.explain({ ...request, prompts: many });
    await until(() => testing.engine.state === 'busy', 'work');
    await commands.executeCommand('attentionLens.restartEngine');
    await until(() => panel.images[0]!.explained.prompts.length === 64, 'the answer', {
      said: () => JSON.stringify(panel.status),
    });
  });

  it('a Node.js that does not exist is said, with the setting’s way out; taken back, all is well', async () => {
    const { explain, testing } = await lens();
    const set = (path: string | undefined) =>
      workspace.getConfiguration('attentionLens').update('nodePath', path, ConfigurationTarget.Global);
    try {
      await set('/no/such/node');
      await until(() => testing.settings().nodePath === '/no/such/node', 'the setting');
      await rejectsWith(explain(space, ['a cow']), 'crashed', /could not be started.*path of node/);
    } finally {
      await set(undefined);
    }
    await until(() => testing.settings().nodePath === null, 'the setting');
    assert.equal((await explain(space, ['a cow'])).prompts.length, 1);
  });
}
