import assert from 'node:assert/strict';
import type { Uri } from 'vscode';
import { commands, ConfigurationTarget, window, workspace } from 'vscode';
import { closePanels, inWorkspace, lens, panelTabs } from '../support/lens';
import { withPromptEntry } from '../support/prompt-entry';
import { withStub } from '../support/stub';
import { until } from '../support/until';

const [space, meadow] = ['space.png', 'meadow.jpg'].map(inWorkspace) as [Uri, Uri];
const explain = (...passed: unknown[]) => commands.executeCommand('attentionLens.explainWithPrompts', ...passed);

/** The prompt entry and the ways to it. */
export function ways(): void {
  afterEach(async () => {
    await workspace
      .getConfiguration('attentionLens')
      .update('defaultPrompts', undefined, ConfigurationTarget.Workspace);
    await closePanels();
  });

  it('the real input: the model is opened meanwhile, Enter takes the default prompts', async () => {
    const { testing } = await lens();
    await testing.engine.stop();
    const prompts = ['a bald man', 'a rocket in space'];
    await workspace.getConfiguration('attentionLens').update('defaultPrompts', prompts, ConfigurationTarget.Workspace);
    const asked = explain(space);
    const sessions = async () => (await testing.engine.call('diagnostics', { load: false })).sessions;
    await until(async () => (await sessions()).length > 0 && testing.engine.state === 'idle', 'the model to be open', {
      said: () => testing.engine.state,
    });
    assert.equal(testing.panels.all.length, 0);
    assert.equal(testing.work.stage, null, 'nobody is told');
    await until(async () => {
      await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return testing.panels.all.length > 0;
    }, 'the panel');
    await asked;
    assert.deepEqual(testing.panels.all[0]!.request, { images: [space.toString()], prompts, model: null });
    await until(() => testing.panels.all[0]!.heads, 'the explanation');
    assert.equal((await sessions()).length, 1, 'it was made with the session that was open');
  });

  it('a model that is fast has explained what is written before Enter, and says nothing of it', async () => {
    const { testing } = await lens();
    const written = ['a cow', 'a tree nobody asked for'];
    const foreseen = async (image: Uri): Promise<boolean> => {
      const asked: string[] = [];
      const { engine } = testing;
      const call = engine.call.bind(engine) as (...given: unknown[]) => unknown;
      const told: (string | null)[] = [];
      const listening = testing.work.onDidChange(() => told.push(testing.work.stage));
      await withStub(
        engine,
        'call',
        (method: string, params: { readonly prompts?: readonly string[] }, options: unknown) => {
          if (method === 'explainRows') asked.push(params.prompts!.join('; '));
          return call(method, params, options);
        },
        () =>
          withPromptEntry(
            (typist) => {
              typist.type(written.join('; '));
              setTimeout(() => typist.escape(), 500);
            },
            async () => void (await explain(image)),
          ),
      );
      listening.dispose();
      assert.deepEqual(told, []);
      assert.equal(testing.panels.all.length, 0);
      await until(() => engine.state === 'idle', 'the engine to have done it');
      return asked.at(-1) === written.join('; ');
    };

    const { engine, explainer } = testing;
    await engine.stop();
    assert.ok(!(await foreseen(space)), 'a process that has explained nothing');
    await explainer.explain({ image: await explainer.image(space), prompts: ['a cow'], model: null });
    assert.ok(await foreseen(space));
    const { prompts } = await explainer.explain({ image: await explainer.image(space), prompts: written, model: null });
    assert.deepEqual(
      prompts.map(({ text }) => text),
      written,
    );
    // What is no file would have to be fetched.
    assert.ok(!(await foreseen(space.with({ scheme: 'memory' }))));
    // What cannot be explained is said when it is asked for.
    assert.ok(await foreseen(inWorkspace('none.png')));
  });

  it('Escape in it opens nothing', async () => {
    const { testing } = await lens();
    let over = false;
    const asked = explain(space).then(() => (over = true));
    await until(async () => {
      await commands.executeCommand('workbench.action.closeQuickOpen');
      return over;
    }, 'the command to end');
    await asked;
    assert.equal(testing.panels.all.length, 0);
  });

  it('what was explained is offered first the next time', async () => {
    const { testing } = await lens();
    await withPromptEntry(
      (typist) => {
        typist.type('a ringed planet; a cow; A COW');
        typist.enter();
      },
      async () => void (await explain(space)),
    );
    assert.deepEqual(testing.panels.all[0]!.request.prompts, ['a ringed planet', 'a cow']);
    await closePanels();
    const first = await withPromptEntry(
      (typist) => typist.enter(),
      async () => {
        await explain(meadow);
        return testing.panels.all[0]!.request.prompts;
      },
    );
    assert.deepEqual(first, ['a ringed planet', 'a cow']);
  });

  it('the entry names the model, and says what it knows', async () => {
    let seen = '';
    await withPromptEntry(
      (typist) => {
        typist.type('a rock');
        seen = [typist.title, ...typist.items.map(({ label, detail }) => `${label} ${detail ?? ''}`)].join('\n');
        typist.escape();
      },
      async () => void (await explain(space)),
    );
    assert.match(seen, /^Explain space\.png · emoji-clip$/m);
    assert.match(seen, /not photographs/);
    assert.match(seen, /rocket/);
  });

  it('the image of the active tab is explained where nothing was passed', async () => {
    const { testing } = await lens();
    await commands.executeCommand('vscode.open', meadow);
    await until(() => window.tabGroups.activeTabGroup.activeTab?.label === 'meadow.jpg', 'the preview');
    await withPromptEntry(
      (typist) => {
        typist.type('a dog');
        typist.enter();
      },
      async () => void (await explain()),
    );
    assert.deepEqual(testing.panels.all[0]!.request.images, [meadow.toString()]);
  });

  it('a selection of several images: a panel each; what is no image is left out', async () => {
    const { testing } = await lens();
    const selection = ['space.png', 'meadow.jpg', 'table.webp', 'samples.json'].map(inWorkspace);
    await withPromptEntry(
      (typist) => {
        typist.type('a cow');
        typist.enter();
      },
      async () => void (await explain(selection[0], selection)),
    );
    assert.equal(testing.panels.all.length, 3);
    await until(() => panelTabs().length === 3, 'three tabs');
    await until(() => testing.panels.all.every(({ images }) => images.length === 1), 'three explanations');
  });

  it('nothing open and nothing passed: images of the folder are offered', async () => {
    const offered: { readonly label: string }[] = [];
    const look = async (items: Promise<readonly { readonly label: string }[]>) => {
      offered.push(...(await items));
      return undefined;
    };
    await withStub(window, 'showQuickPick', look, async () => void (await explain()));
    assert.ok(offered.some(({ label }) => /space\.png$/.test(label)));
    assert.ok(offered.every(({ label }) => !/samples\.json/.test(label)));
    assert.match(offered.at(-1)!.label, /Browse/);
  });
}
