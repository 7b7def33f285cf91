import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { spawnSync } from 'node:child_process';
import { changed, eventually, holds } from './support/eventually';
import { TextPanelPage } from './support/text-panel';
import type { Window } from './support/driver';
import { openSession, pictureOfFailures, type Session } from './support/session';

const fox = 'The quick brown fox jumps over the lazy dog.';
const cat = 'The cat sat on the mat.';
const purring = 'It was purring.';

let session: Session;
let window: Window;
let panel: TextPanelPage;

before(async () => {
  session = await openSession({
    height: 1000,
    prepare: (folder) => {
      writeFileSync(join(folder, 'notes.md'), `# Notes\n\n${fox}\n\n${cat} ${purring}\n`);
      writeFileSync(join(folder, 'long.txt'), `${'a word and another one '.repeat(300)}\n`);
    },
  });
  ({ window } = session);
  panel = new TextPanelPage(window);
});
after(() => session?.close());
pictureOfFailures(() => session);

/** Selects the whole line that holds these words, as a triple click does. */
async function selectLine(words: string): Promise<void> {
  await window.page.locator('.view-line', { hasText: words }).click({ clickCount: 3 });
}

const explained = (text: string) => holds(async () => (await panel.frame.locator('h1').allInnerTexts()).join(), (title) => title.includes(text), `“${text}” is explained`); // prettier-ignore

describe('ways in', () => {
  test('the context menu of a selection explains it beside the document', async () => {
    await window.openFile('notes.md');
    await selectLine('quick brown');
    await window.choose(window.page.locator('.view-line', { hasText: 'quick brown' }), 'Explain Text');
    await panel.shown();
    await explained('The quick brown fox');
    // The bundled model's numbers, as PyTorch has them (models/minilm/golden-fox.safetensors).
    await eventually(() => panel.numbers(), ['[CLS] 24.5', 'the 40.8', 'quick 36.7', 'brown 57.5', 'fox 63.9', 'jumps 73.9', 'over 35.4', 'the 29.9', 'lazy 64.6', 'dog 38.6', '. 27.5', '[SEP] 26.0']); // prettier-ignore
    await panel.frame.getByRole('button', { name: 'notes.md · line 3' }).waitFor();
  });

  test('the palette asks for a text where none is selected', async () => {
    await window.closeEditors();
    await window.command('Attention Lens: Explain Text');
    await window.quickInput.waitFor();
    await window.quickInput.fill('Dogs chase cats.');
    await window.quickInput.press('Enter');
    await panel.shown();
    await explained('Dogs chase cats.');
    assert.equal(await panel.frame.getByRole('button', { name: /line/ }).count(), 0, 'it has no place in a document');
  });

  test('a sentence pair is asked for, and read as one', async () => {
    await window.closeEditors();
    await window.command('Attention Lens: Explain Sentence Pair');
    await window.quickInput.waitFor();
    await window.quickInput.fill(cat);
    await window.quickInput.press('Enter');
    await holds(async () => window.quickInput.inputValue(), (value) => value !== cat, 'The second is asked for'); // prettier-ignore
    await window.quickInput.fill(purring);
    await window.quickInput.press('Enter');
    await panel.shown();
    await holds(() => panel.numbers(), (numbers) => numbers.filter((text) => text.startsWith('[SEP]')).length === 2, 'Both are read'); // prettier-ignore
    await panel.bringHeads();
    await panel.choice('Sentence pair', /^A\s*→\s*B$/u).click();
    const queries = panel.heads.getByRole('listbox', { name: 'Queries' });
    await eventually(() => queries.getByRole('option', { name: 'purring' }).count(), 0);
    await panel.choice('Sentence pair', 'all').click();
  });
});

describe('views', () => {
  before(async () => {
    await window.closeEditors();
    await window.openExplorer();
    await window.openFile('notes.md');
    await selectLine('quick brown');
    await window.command('Attention Lens: Explain Text');
    await panel.shown();
    await explained('The quick brown fox');
  });

  test('the tutorial’s mean gradient is said to be zero by construction, and not drawn', async () => {
    await panel.choice('Method', 'mean gradient').click();
    await holds(() => panel.saliency.innerText(), (text) => /LayerNorm|zero/i.test(text), 'It is said'); // prettier-ignore
    assert.equal(await panel.saliency.getByRole('img').count(), 0);
  });

  test('integrated gradients say their steps and their error', async () => {
    await panel.choice('Method', 'integrated gradients').click();
    await holds(() => panel.saliency.innerText(), (text) => /\d+ (steps|gradients)/.test(text) && /%/.test(text), 'Steps and error'); // prettier-ignore
    await holds(
      () => panel.numbers(),
      (numbers) => numbers.length === 12,
      'Every token has its number',
    );
  });

  test('relevance stands beside rollout; the layers and the token that is read are chosen', async () => {
    await panel.choice('Method', 'relevance').click();
    await eventually(() => panel.saliency.getByRole('listbox').count(), 2);
    const before = await panel.numbers();
    const thumb = panel.saliency.getByRole('slider').first();
    await thumb.focus();
    await thumb.press('ArrowRight');
    const narrower = await changed(() => panel.numbers(), before);
    await panel.token('fox').click();
    await panel.choice('Token whose row is read', /chosen token/).click();
    await changed(() => panel.numbers(), narrower);
    await panel.choice('Token whose row is read', '[CLS]').click();
    await panel.choice('Method', 'L2 norm').click();
  });

  test('a token that is chosen is the cursor of every view', async () => {
    await panel.token('lazy').click();
    await eventually(() => panel.chosenToken(), 'lazy');
    await panel.hidden.getByRole('img', { name: /“⁨?lazy⁩?” chosen/ }).waitFor();
  });

  test('hidden states as norm, cosine and map', async () => {
    for (const quantity of ['norm', 'cosine to neighbours', 'mean']) await panel.choice('Quantity of the hidden states', quantity).click(); // prettier-ignore
    await panel.choice('Hidden states as', 'map').click();
    await panel.hidden.locator('canvas').first().waitFor();
    await panel.choice('Hidden states as', 'lines').click();
    await panel.hidden.locator('svg').first().waitFor();
  });

  test('special tokens are hidden everywhere, and come back', async () => {
    await panel.saliency.getByRole('button', { name: 'special tokens' }).click();
    await eventually(async () => (await panel.numbers()).some((text) => text.startsWith('[')), false);
    await panel.saliency.getByRole('button', { name: 'special tokens' }).click();
    await eventually(async () => (await panel.numbers()).length, 12);
  });

  test('heads: a layer, a head, all layers, one of them large', async () => {
    await panel.bringHeads();
    await panel.heads.getByRole('button', { name: 'Previous layer' }).click();
    await panel.frame.locator('.head-tile[data-index="5"]').click();
    await eventually(() => panel.headCursor(), 'head 5 of layer 4');
    await panel.heads.getByRole('button', { name: 'all layers' }).click();
    await panel.heads.getByRole('gridcell').first().waitFor();
    assert.equal(await panel.heads.getByRole('gridcell').count(), 72);
    await panel.heads.getByRole('button', { name: 'all layers' }).click();
  });

  test('keys move token, head and layer, and choose the method', async () => {
    await panel.frame.locator('h2').first().click();
    const { keyboard } = window.page;
    const token = await panel.chosenToken();
    await keyboard.press('ArrowRight');
    await changed(() => panel.chosenToken(), token);
    const head = await panel.headCursor();
    await keyboard.press('ArrowDown');
    await changed(() => panel.headCursor(), head);
    await keyboard.press('[');
    await holds(() => panel.headCursor(), (text) => text.endsWith('layer 3'), 'The layer below'); // prettier-ignore
    await keyboard.press('?');
    await panel.frame.getByRole('dialog').waitFor();
    await keyboard.press('Escape');
  });

  test('the side panel has layers and heads, and leads to them', async () => {
    await window.openSidePanel();
    // Its numbers come later, and draw the lines anew.
    await window.treeRow('rel').waitFor();
    const layer = window.treeRow('Layer 0');
    for (let tries = 0; tries < 5 && (await layer.getAttribute('aria-expanded')) !== 'true'; tries++) {
      await layer.click();
      await window.page.waitForTimeout(500);
    }
    // Lines stand on the screen in another order than in the page, and move while the tree still follows the panel.
    const heads = window.treeRows('Heads').filter({ hasText: 'Head 7' });
    for (let tries = 0; tries < 4 && (await panel.headCursor()) !== 'head 7 of layer 0'; tries++) {
      await heads.first().waitFor();
      const places = await heads.evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-index'))));
      await window
        .view('Heads')
        .locator(`.monaco-list-row[data-index="${Math.min(...places)}"]`)
        .click();
      await window.page.waitForTimeout(500);
    }
    await eventually(() => panel.headCursor(), 'head 7 of layer 0');
  });

  test('all numbers as JSON are what the command line says of the same text', async () => {
    await panel.frame.getByRole('button', { name: 'export' }).click();
    await panel.frame.getByRole('menuitem', { name: /JSON/ }).click();
    const path = join(session.folder, 'fox.json');
    await window.saveAs(path);
    const saved = await holds(() => { try { return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>; } catch { return null; } }, (json) => json !== null, 'It is saved'); // prettier-ignore
    const { stdout, status } = spawnSync(process.execPath, ['dist/cli.cjs', 'text', fox, '--json', '-'], { encoding: 'utf8' }); // prettier-ignore
    assert.equal(status, 0);
    const said = JSON.parse(stdout) as Record<string, unknown>;
    for (const key of ['tokens', 'saliency', 'relevance', 'target', 'hidden']) assert.deepEqual(saved![key], said[key], key); // prettier-ignore
  });
});

describe('the document', () => {
  test('a token under the pointer is marked in the document', async () => {
    await panel.frame.locator('h1').evaluate(() => scrollTo(0, 0));
    await panel.token('jumps').hover();
    await holds(() => window.page.locator('.view-overlays [class*="ced-"]').count(), (count) => count > 0, 'A mark'); // prettier-ignore
    await window.page.mouse.move(5, 5);
    await eventually(() => window.page.locator('.view-overlays [class*="ced-"]').count(), 0);
  });

  test('a word that is written in the document is in the panel a moment later', async () => {
    await selectLine('quick brown');
    await window.page.keyboard.press('ArrowLeft');
    await window.page.keyboard.press('Control+ArrowRight');
    await window.page.keyboard.press('ArrowRight');
    await window.page.keyboard.type('very ');
    await holds(async () => (await panel.numbers()).map((text) => text.split(' ')[0]), (words) => words.includes('very'), 'The new word'); // prettier-ignore
    await panel.frame.getByRole('button', { name: 'notes.md · line 3' }).waitFor();
  });

  test('a text that is edited in the panel is explained while one types, and lets go of its document', async () => {
    // VS Code selects all in its own time.
    await panel.field().fill('');
    await panel.field().pressSequentially('A red fox sleeps.');
    await holds(async () => (await panel.numbers()).map((text) => text.split(' ')[0]), (words) => words.includes('sleeps'), 'It follows the typing'); // prettier-ignore
    await panel.frame.getByRole('button', { name: /notes.md/ }).waitFor({ state: 'detached' });
  });

  test('two texts are compared side by side', async () => {
    await panel.frame.getByRole('button', { name: 'another text' }).click();
    await eventually(() => panel.saliency.getByRole('listbox').count(), 2);
    await panel.frame.getByRole('button', { name: 'Leave the second one out' }).click();
    await eventually(() => panel.saliency.getByRole('listbox').count(), 1);
  });

  test('a reloaded window brings the panel back', async () => {
    await window.reloadWindow();
    await window.tab('Explain: A red fox sleeps.').waitFor();
    await panel.shown();
    await explained('A red fox sleeps.');
  });

  test('a text that is too long is cut, which is said', async () => {
    await window.openExplorer();
    await window.openFile('long.txt');
    await selectLine('a word');
    await window.command('Attention Lens: Explain Text');
    await panel.shown();
    await holds(() => panel.frame.locator('header').innerText(), (text) => /the first 510 of 1500 tokens/.test(text), 'The cut is said'); // prettier-ignore
    await eventually(() => panel.shaded.getByRole('option').count(), 512);
  });
});
