import assert from 'node:assert/strict';
import { commands, env } from 'vscode';
import { inWorkspace, lens } from '../support/lens';
import { withStub } from '../support/stub';

export function diagnostics(): void {
  /** What "Copy Diagnostics" puts onto the clipboard: a headless window may have none. */
  async function copied(): Promise<string> {
    let text = '';
    const clipboard = { writeText: (written: string) => Promise.resolve(void (text = written)) };
    await withStub(env, 'clipboard', clipboard, async () => {
      await commands.executeCommand('attentionLens.copyDiagnostics');
    });
    return text;
  }

  it('name versions, settings, the engine and its libraries', async () => {
    const { explain, testing } = await lens();
    await explain(inWorkspace('space.png'), ['a cow']);
    const text = await copied();
    assert.match(text, /^- extension: attention-lens\.attention-lens \d+\.\d+\.\d+$/m);
    assert.match(text, /^- workspace trusted: yes$/m);
    assert.match(text, /^- method: "relevance"$/m);
    assert.match(text, /^- onnxruntime-node: 1\.30\.0; execution providers: .*cpu/m);
    assert.match(text, /^- sharp: \d+\./m);
    assert.match(text, /vision_model\.onnx/);
    assert.match(text, new RegExp(`^- process: ${testing.engine.pid}, `, 'm'));
  });

  it('name the last error of the window, with its stack', async () => {
    const { testing } = await lens();
    testing.failures.record(new Error('an error to be found again'));
    assert.match(await copied(), /## Last error\n\d{4}-.*\n```\nError: an error to be found again\n\s+at /);
  });

  it('are copied also where the engine does not answer', async () => {
    const { testing } = await lens();
    testing.engine.reset();
    for (let i = 0; i < 4; i++) {
      testing.engine.start();
      const { pid } = testing.engine;
      process.kill(pid!, 'SIGKILL');
      while (testing.engine.pid === pid) await new Promise((done) => setTimeout(done, 10));
    }
    assert.match(await copied(), /^- state: failed\n- no answer: The engine crashed too often/m);
    testing.engine.reset();
  });
}
