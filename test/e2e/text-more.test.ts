import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { textFolderOf, type TemporaryFolder, wordsOf } from '../unit/support/text-folder';
import { changed, eventually, holds } from './support/eventually';
import { openSession, pictureOfFailures, type Session } from './support/session';
import { TextPanelPage } from './support/text-panel';
import type { Window } from './support/driver';

let session: Session;
let window: Window;
let panel: TextPanelPage;
let translator: TemporaryFolder;

before(async () => {
  translator = textFolderOf('t5.ts14');
  session = await openSession({
    height: 1000,
    prepare: (folder) => writeFileSync(join(folder, 'world.md'), 'שלום עולם 🦊 Größe\n'),
  });
  ({ window } = session);
  panel = new TextPanelPage(window);
});
after(async () => {
  await session?.close();
  translator?.remove();
});
pictureOfFailures(() => session);

/** Asked for by the palette, in an empty window. */
async function explainPair(text: string, pair: string): Promise<void> {
  await window.closeEditors().catch(() => undefined);
  await window.command('Attention Lens: Explain Sentence Pair');
  for (const sentence of [text, pair]) {
    await window.quickInput.waitFor();
    await eventually(() => window.quickInput.inputValue(), '');
    await window.quickInput.fill(sentence);
    await window.quickInput.press('Enter');
  }
  await panel.shown();
}

const headView = () => panel.heads.getByRole('region', { name: 'Head view' });
const queries = () => headView().getByRole('listbox', { name: 'Queries' });

describe('heads of a sentence pair', () => {
  before(async () => {
    await window.openExplorer();
    await window.openFile('world.md');
    await explainPair('The cat sat on the mat.', 'It was purring.');
    await panel.bringHeads();
  });

  test('tiles switch heads, Enter leaves one alone; together they are a mean', async () => {
    const tiles = headView().getByRole('toolbar');
    const on = () => tiles.getByRole('button', { pressed: true }).count();
    await tiles.getByRole('button', { name: 'head 3', exact: true }).click();
    await eventually(on, 2);
    await panel.choice('Lines', 'mean').click();
    const colours = () => headView().locator('svg path').evaluateAll((paths) => new Set(paths.map((path) => path.getAttribute('stroke'))).size); // prettier-ignore
    await eventually(colours, 1);
    await panel.choice('Lines', 'each head').click();
    await eventually(colours, 2);
    await tiles.getByRole('button', { name: 'head 3', exact: true }).focus();
    await window.page.keyboard.press('Enter');
    await eventually(on, 1);
    await eventually(() => panel.headCursor(), 'head 3 of layer 5');
  });

  test('a token under the pointer keeps only its lines, and tells its numbers', async () => {
    const lines = () => headView().locator('svg path').count();
    const all = await lines();
    await queries().getByRole('option', { name: 'cat' }).hover();
    await holds(lines, (count) => count < all, 'Fewer lines');
    await holds(() => headView().locator('output').innerText(), (text) => /cat attends .*\d/.test(text.replace(/\s+/gu, ' ')), 'Numbers'); // prettier-ignore
    await panel.heads.locator('h2').first().hover();
  });

  test('tokens become words, in every view of heads', async () => {
    assert.equal(await queries().getByRole('option', { name: 'purring' }).count(), 0);
    await panel.choice('Tokens or words', 'words').click();
    await eventually(() => queries().getByRole('option', { name: 'purring' }).count(), 1);
    await holds(() => panel.heads.locator('.enlarged h2').innerText(), (text) => text.includes('12 × 12'), 'A smaller matrix'); // prettier-ignore
    await panel.choice('Tokens or words', 'tokens').click();
  });

  test('two rows of tokens instead of two columns', async () => {
    await panel.choice('Layout of the head view', 'rows').click();
    const places = () => queries().getByRole('option').evaluateAll((options) => new Set(options.map((option) => Math.round(option.getBoundingClientRect().top))).size); // prettier-ignore
    await eventually(places, 1);
    await panel.choice('Layout of the head view', 'columns').click();
    await holds(places, (count) => count > 10, 'Columns again');
  });

  test('arrow keys walk over a matrix, and say what is there', async () => {
    const plot = panel.heads.getByRole('application').first();
    await plot.focus();
    await window.page.keyboard.press('ArrowRight');
    await window.page.keyboard.press('ArrowDown');
    await holds(() => panel.heads.locator('.matrix-tip').innerText(), (text) => /→.*\d/.test(text.replace(/\s+/gu, ' ')), 'A value'); // prettier-ignore
  });

  test('all layers: arrow keys go from head to head, Enter opens one large', async () => {
    await panel.heads.getByRole('button', { name: 'all layers' }).click();
    await panel.heads.getByRole('gridcell').first().click();
    await eventually(() => panel.headCursor(), 'head 0 of layer 0');
    await window.page.keyboard.press('ArrowDown');
    await window.page.keyboard.press('ArrowRight');
    await window.page.keyboard.press('Enter');
    await eventually(() => panel.headCursor(), 'head 1 of layer 1');
    await panel.heads.getByRole('button', { name: 'all layers' }).click();
  });
});

describe('targets', () => {
  const target = () => panel.frame.getByRole('combobox', { name: /^Target/ });
  /** The vision of a toolkit's list is in its own time. */
  const choose = async (name: string | RegExp) => {
    await target().click();
    await panel.frame.getByRole('option', { name }).click();
  };

  test('the similarity of both texts is offered, and explained', async () => {
    const before = await panel.numbers();
    await choose(/cosine|similarity/i);
    await changed(() => panel.numbers(), before);
    await holds(() => target().getAttribute('aria-label'), (label) => /= (0|−|-)?\.?\d/.test(label ?? ''), 'Its value'); // prettier-ignore
  });

  test('any element of an output is written; one that does not exist is said, and nothing is lost', async () => {
    const field = panel.frame.getByRole('textbox', { name: /^Target/ });
    await choose('another…');
    await field.fill('last_hidden_state[0,2]');
    await field.press('Enter');
    await holds(() => target().getAttribute('aria-label'), (label) => label?.includes('at “cat”') ?? false, 'The token'); // prettier-ignore
    const numbers = await panel.numbers();
    await choose('another…');
    await field.fill('logits[0,2]');
    await field.press('Enter');
    await holds(() => panel.message.innerText(), (text) => /has no output "?logits/.test(text) || /logits/.test(text), 'The reason'); // prettier-ignore
    assert.deepEqual(await panel.numbers(), numbers);
  });
});

describe('pictures', () => {
  test('every view that is on the screen is an SVG that names what it shows', async () => {
    await explainPair('The cat sat on the mat.', 'It was purring.');
    await panel.bringHeads();
    await panel.frame.getByRole('button', { name: 'export' }).click();
    const items = await panel.frame.getByRole('menu', { name: 'Export' }).getByRole('menuitem').allInnerTexts();
    for (const [kind, like] of Object.entries({
      plot: /plot|L2 norm/i,
      hidden: /hidden|activation/i,
      matrix: /head 0/i,
      view: /head view/i,
    }))
      // prettier-ignore
      assert.ok(items.some((item) => like.test(item)), `${kind}: ${items.join(', ')}`);
    const path = join(session.folder, 'view.svg');
    await panel.frame
      .getByRole('menuitem', { name: /head view/i })
      .first()
      .click();
    await window.saveAs(path);
    const svg = await holds(() => (existsSync(path) ? readFileSync(path, 'utf8') : ''), (text) => text.includes('</svg>'), 'It is saved'); // prettier-ignore
    assert.match(svg, /purring|rring/);
  });
});

describe('languages', () => {
  test('a text from right to left stands so; the word under the caret is lit', async () => {
    await window.closeEditors();
    await window.openExplorer();
    await window.openFile('world.md');
    await window.page.locator('.view-line').first().click({ clickCount: 3 });
    await window.command('Attention Lens: Explain Text');
    await panel.shown();
    assert.equal(await panel.shaded.getAttribute('dir'), 'rtl');
    const lit = () => panel.shaded.locator('[role=option].lit').count();
    await window.page.locator('.view-line').first().click();
    await window.page.keyboard.press('End');
    await window.page.keyboard.press('Control+ArrowLeft');
    await window.page.keyboard.press('ArrowRight');
    await holds(lit, (count) => count > 0, 'A lit token');
  });
});

describe('an encoder and a decoder', () => {
  test('cross-attention has the decoder’s tokens on one side and the encoder’s on the other', async () => {
    session.configure({ 'attentionLens.textModel': translator.path });
    await explainPair(wordsOf([20, 30, 40]), wordsOf([50, 60]));
    await panel.bringHeads();
    await panel.choice('Attention', 'cross').click();
    await eventually(() => queries().getByRole('option', { name: 'w50' }).count(), 1);
    assert.equal(await queries().getByRole('option', { name: 'w20' }).count(), 0);
    await eventually(() => headView().getByRole('listbox', { name: 'Keys' }).getByRole('option', { name: 'w20' }).count(), 1); // prettier-ignore
    await panel.choice('Method', 'relevance').click();
    await holds(() => panel.saliency.innerText(), (text) => text.includes('w20') && text.includes('w50'), 'Both'); // prettier-ignore
  });
});
