import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import type axe from 'axe-core';
import { eventually } from './support/eventually';
import type { PanelPage } from './support/panel';
import { TextPanelPage } from './support/text-panel';
import { openSession, pictureOfFailures, type Session } from './support/session';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let session: Session;
let panel: PanelPage;

before(async () => {
  session = await openSession({ height: 1000 });
  ({ panel } = session);
  // What fades in is paler than it will be, and may begin while axe looks.
  await session.window.page.emulateMedia({ reducedMotion: 'reduce' });
  await session.window.explain('space.png', 'a bald man; a rocket in space; a ringed planet; a cow');
  await panel.bringHeads();
});
after(() => session?.close());
pictureOfFailures(() => session);

const themes = {
  'Dark Modern': 'vscode-dark',
  'Light Modern': 'vscode-light',
  'Default High Contrast': 'vscode-high-contrast',
  'Default High Contrast Light': 'vscode-high-contrast-light',
};

/** What axe finds serious or worse in the panel's page as VS Code shows it. */
async function findings(): Promise<string[]> {
  const body = session.window.panel.locator('body');
  // The page's policy lets no script in; what the debugger evaluates is none of its business.
  if (!(await body.evaluate(() => 'axe' in window))) await body.evaluate(source);
  const { violations } = await body.evaluate(async () => {
    await Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => undefined)));
    // A webview is transparent, and axe would take white for what lies behind.
    document.documentElement.style.backgroundColor = 'var(--vscode-editor-background)';
    return (window as unknown as { axe: typeof axe }).axe.run(document.body, { resultTypes: ['violations'] });
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

async function inTheme(theme: string, kind: string): Promise<void> {
  session.configure({ 'workbench.colorTheme': theme });
  const { panel } = session.window;
  await eventually(async () => (await panel.locator('body').getAttribute('class'))?.split(' ').includes(kind), true); // prettier-ignore
}

for (const [theme, kind] of Object.entries(themes))
  test(`nothing serious in ${theme}: vision heads, text heads, words and patches, all prompts, all layers`, async () => {
    await inTheme(theme, kind);
    assert.deepEqual(await findings(), [], 'vision');
    await panel.choice('Tower', 'text').click();
    await panel.heads.getByRole('listbox', { name: 'Queries' }).waitFor();
    assert.deepEqual(await findings(), [], 'text');
    await panel.choice('Tower', /words/).click();
    await panel.heads.getByRole('region', { name: 'Words and patches' }).waitFor();
    await panel.frame.getByRole('checkbox', { name: 'all prompts' }).click();
    assert.deepEqual(await findings(), [], 'words and patches, all prompts');
    await panel.frame.getByRole('checkbox', { name: 'all prompts' }).click();
    await panel.choice('Tower', 'vision').click();
    await panel.heads.getByRole('button', { name: 'all layers' }).click();
    await panel.heads.getByRole('gridcell').first().waitFor();
    assert.deepEqual(await findings(), [], 'all layers');
    await panel.heads.getByRole('button', { name: 'all layers' }).click();
    await panel.openExports();
    assert.deepEqual(await findings(), [], 'export menu');
    await session.window.page.keyboard.press('Escape');
    await panel.frame.locator('h1').click();
    await session.window.page.keyboard.press('?');
    await panel.frame.getByRole('dialog', { name: 'Keys' }).waitFor();
    assert.deepEqual(await findings(), [], 'keys');
    await session.window.page.keyboard.press('Escape');
    await panel.heads.locator('.head-grid').waitFor();
  });

describe('a pair of texts', () => {
  const text = () => new TextPanelPage(session.window);

  before(async () => {
    const { window } = session;
    await window.closeEditors();
    await window.command('Attention Lens: Explain Sentence Pair');
    for (const sentence of ['The cat sat on the mat.', 'It was purring.']) {
      await window.quickInput.waitFor();
      await eventually(() => window.quickInput.inputValue(), '');
      await window.quickInput.fill(sentence);
      await window.quickInput.press('Enter');
    }
    await text().shown();
    await text().bringHeads();
  });

  for (const [theme, kind] of Object.entries(themes))
    test(`nothing serious in ${theme}: every method, hidden states, heads, all layers, two compared`, async () => {
      await inTheme(theme, kind);
      // A mean gradient is a sentence instead of a plot; rollout comes beside relevance once it is there.
      const methods = { 'mean gradient': 0, 'gradient × input': 1, relevance: 2, 'L2 norm': 1 };
      for (const [method, plots] of Object.entries(methods)) {
        await text().choice('Method', method).click();
        await eventually(() => text().saliency.getByRole('listbox').count(), plots);
        assert.deepEqual(await findings(), [], method);
      }
      await text().choice('Hidden states as', 'map').click();
      await text().choice('Plot', 'bars').click();
      await text().choice('Layout of the head view', 'rows').click();
      assert.deepEqual(await findings(), [], 'map, bars, rows');
      await text().choice('Hidden states as', 'lines').click();
      await text().choice('Plot', 'line').click();
      await text().choice('Layout of the head view', 'columns').click();
      await text().heads.getByRole('button', { name: 'all layers' }).click();
      await text().heads.getByRole('gridcell').first().waitFor();
      assert.deepEqual(await findings(), [], 'all layers');
      await text().heads.getByRole('button', { name: 'all layers' }).click();
      await text().frame.getByRole('button', { name: 'another text' }).click();
      await eventually(() => text().saliency.getByRole('listbox').count(), 2);
      assert.deepEqual(await findings(), [], 'two compared');
      await text().frame.getByRole('button', { name: 'Leave the second one out' }).click();
      await eventually(() => text().saliency.getByRole('listbox').count(), 1);
    });
});
