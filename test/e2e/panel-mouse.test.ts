import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { changed, eventually, holds } from './support/eventually';
import { ink, oneLine, type PanelPage } from './support/panel';
import { openSession, pictureOfFailures, type Session } from './support/session';

const prompts = ['a bald man', 'a rocket in space', 'a ringed planet', 'a cow'];

let session: Session;
let panel: PanelPage;

before(async () => {
  session = await openSession({ height: 1000 });
  ({ panel } = session);
  await session.window.explain('space.png', prompts.join('; '));
});
after(() => session?.close());
pictureOfFailures(() => session);

describe('the table of prompts', () => {
  test('a click chooses the target of picture, words and legend', async () => {
    const before = await ink(panel.heat);
    await panel.row('a rocket in space').click();
    await eventually(() => panel.target(), 'a rocket in space');
    await changed(() => ink(panel.heat), before);
    assert.match(await panel.words.innerText(), /rocket/);
    await panel.row('a bald man').click();
    await eventually(() => ink(panel.heat), before);
  });

  test('a heading sorts, the strongest first, then the other way round, then as given', async () => {
    const heading = panel.table.getByRole('button', { name: 'probability' });
    await heading.click();
    await eventually(async () => (await panel.prompts())[0], 'a rocket in space');
    assert.equal(await panel.table.locator('th.probability').getAttribute('aria-sort'), 'descending');
    await heading.click();
    await eventually(async () => (await panel.prompts())[0], 'a cow');
    await heading.click();
    await eventually(() => panel.prompts(), prompts);
    assert.equal(await panel.target(), 'a bald man', 'sorting leaves the target');
  });

  test('the picture follows the typing while live is on; Escape takes it back', async () => {
    const before = await panel.probability('a rocket in space');
    await panel.row('a cow').getByText('a cow').dblclick();
    const field = panel.frame.getByRole('combobox', { name: 'Prompt 3' });
    await field.fill('a rocket');
    await changed(() => panel.probability('a rocket in space'), before);
    await field.press('Escape');
    if (await field.count()) await field.press('Escape');
    await eventually(() => panel.probability('a rocket in space'), before);
    assert.deepEqual(await panel.prompts(), prompts);
  });

  test('with live off nothing is asked before Enter', async () => {
    await panel.frame.getByRole('checkbox', { name: 'live' }).click();
    await panel.row('a cow').hover();
    await panel.row('a cow').getByRole('button', { name: 'Edit' }).click();
    const field = panel.frame.getByRole('combobox', { name: 'Prompt 3' });
    await field.pressSequentially('a moon');
    const before = await panel.probability('a rocket in space');
    // As long as live typing would wait, several times over.
    await session.window.page.waitForTimeout(600);
    assert.equal(await panel.probability('a rocket in space'), before);
    await field.press('Escape');
    await field.press('Enter');
    await eventually(async () => (await panel.prompts())[3], 'a moon');
    await panel.frame.getByRole('checkbox', { name: 'live' }).click();
  });

  test('a prompt is added below the table, with the names that the model knows', async () => {
    await panel.addField.fill('a star');
    await panel.frame.getByRole('option', { name: 'a shooting star' }).click();
    await panel.addField.press('Enter');
    await eventually(async () => (await panel.prompts()).at(-1), 'a shooting star');
    await holds(
      () => panel.probability('a shooting star'),
      (text) => text !== '…',
      'It is explained',
    );
  });

  test('a prompt that is there already is said beside the field and changes nothing', async () => {
    await panel.addField.fill('A rocket  in space');
    await panel.addField.press('Enter');
    await panel.frame.locator('.prompt-problem').waitFor();
    assert.match(await panel.frame.locator('.prompt-problem').innerText(), /there already|more than once|already/i);
    await panel.addField.press('Escape');
    if ((await panel.addField.inputValue()) !== '') await panel.addField.press('Escape');
    assert.equal((await panel.prompts()).length, 5);
  });

  test('prompts are removed, and the last one stays', async () => {
    for (const prompt of ['a shooting star', 'a moon', 'a ringed planet', 'a rocket in space']) {
      await panel.row(prompt).hover();
      await panel.row(prompt).getByRole('button', { name: 'Remove' }).click();
      await panel.row(prompt).waitFor({ state: 'detached' });
    }
    assert.ok(await panel.row('a bald man').getByRole('button', { name: 'Remove' }).isDisabled());
    await eventually(() => panel.probability('a bald man'), '100.0 %');
    await panel.addField.fill('a rocket in space; a ringed planet; a cow');
    await panel.addField.press('Enter');
    await eventually(() => panel.prompts(), prompts);
    await eventually(() => panel.probability('a rocket in space'), '99.4 %');
    await panel.row('a bald man').click();
  });
});

describe('the picture', () => {
  test('heat is switched, made transparent, and drawn patch by patch in other colours', async () => {
    await panel.frame.getByRole('checkbox', { name: 'heat' }).click();
    await panel.heat.waitFor({ state: 'hidden' });
    await panel.frame.getByRole('checkbox', { name: 'heat' }).click();
    await panel.heat.waitFor();

    const opacity = panel.frame.getByRole('slider', { name: 'Opacity of the heat' });
    const { width, height } = (await opacity.boundingBox())!;
    await opacity.click({ position: { x: width / 2, y: height / 2 } });
    await holds(() => panel.heat.evaluate((canvas) => Number(canvas.style.opacity)), (value) => Math.abs(value - 0.5) < 0.06, 'Half of the way is half opacity'); // prettier-ignore

    const smooth = await ink(panel.heat);
    await panel.choice(/Smooth/, 'patches').click();
    const patches = await changed(() => ink(panel.heat), smooth);
    await panel.frame.getByRole('combobox', { name: 'Colours' }).click();
    await panel.frame.getByRole('option', { name: 'viridis' }).click();
    await changed(() => ink(panel.heat), patches);
    await panel.frame.getByRole('combobox', { name: 'Colours' }).click();
    await panel.frame.getByRole('option', { name: 'inferno' }).click();
    await panel.choice(/Smooth/, 'smooth').click();
    await eventually(() => ink(panel.heat), smooth);
  });

  test('a shared scale gives every prompt the same largest value', async () => {
    const top = async () => (await panel.frame.locator('.legend-scale .number').last().innerText()).trim();
    const own: string[] = [];
    const shared: string[] = [];
    for (const [name, tops] of [
      ['own scale', own],
      ['shared', shared],
    ] as const) {
      await panel.choice(/strongest colour/, name).click();
      for (const prompt of prompts.slice(0, 3)) {
        await panel.row(prompt).click();
        await eventually(() => panel.target(), prompt);
        tops.push(await top());
      }
    }
    assert.equal(new Set(own).size, 3, own.join(', '));
    assert.equal(new Set(shared).size, 1, shared.join(', '));
    assert.ok(own.includes(shared[0]!), 'it is the largest of them');
    await panel.choice(/strongest colour/, 'own scale').click();
    await panel.row('a bald man').click();
  });

  test('all prompts stand side by side, and a click on one makes it the target', async () => {
    await panel.frame.getByRole('checkbox', { name: 'all prompts' }).click();
    const pictures = panel.frame.locator('.prompt-picture');
    await eventually(() => pictures.count(), 4);
    assert.equal(
      new Set(await Promise.all([0, 1, 2, 3].map((i) => ink(pictures.nth(i).locator('canvas.heat'))))).size,
      4,
    );
    await pictures.nth(1).click();
    await eventually(() => panel.target(), 'a rocket in space');
    await panel.frame.getByRole('checkbox', { name: 'all prompts' }).click();
    await panel.row('a bald man').click();
  });

  test('a patch under the pointer gives its number, row, column and value; outside the crop there is none', async () => {
    const { width, height } = (await panel.picture.boundingBox())!;
    // The crop is the square in the middle, of 8 × 8 patches.
    const side = height / 8;
    const left = (width - height) / 2;
    await panel.picture.hover({ position: { x: left + 2.5 * side, y: 4.5 * side } });
    await holds(
      () => panel.legend(),
      (text) => text.includes('patch 34 · row 4, column 2 · 0.3'),
      'The legend says which',
    );
    await panel.picture.hover({ position: { x: left / 2, y: height / 2 } });
    await holds(
      () => panel.legend(),
      (text) => text.includes('not seen by the model'),
      'Left of the crop is nothing',
    );
  });

  test('a click on a patch shows where that patch itself attends, and leads back', async () => {
    const before = await ink(panel.heat);
    const { width, height } = (await panel.picture.boundingBox())!;
    await panel.picture.click({ position: { x: width / 2 + height / 16, y: (4.5 * height) / 8 } });
    const note = panel.frame.locator('.asked-note');
    await holds(() => note.innerText(), (text) => text.includes('Where patch 36 attends, layer 5'), 'It says whose attention it is'); // prettier-ignore
    await changed(() => ink(panel.heat), before);
    await note.getByRole('button', { name: 'Back' }).click();
    await eventually(() => ink(panel.heat), before);
  });

  test('the numbers behind the picture are a table, of which the strongest is what the legend says', async () => {
    await panel.frame.getByText('the 8 × 8 numbers').click();
    const table = panel.frame.locator('.picture-numbers table');
    await eventually(() => table.locator('tbody td').count(), 64);
    const peak = (await table.locator('td.peak').innerText()).trim();
    await session.window.page.mouse.move(0, 0);
    await holds(() => panel.legend(), (text) => text.includes('strongest: patch 34') && text.endsWith(peak), `The legend ends with ${peak}`); // prettier-ignore
    await panel.frame.getByText('the 8 × 8 numbers').click();
  });
});

describe('words, methods and layers', () => {
  test('words carry their shares, which sum to one, and tokens come on demand', async () => {
    const shares = async () => ((await panel.words.innerText()).match(/0\.\d\d/gu) ?? []).map(Number);
    const sum = (await shares()).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - 1) < 0.02, String(sum));
    await panel.words.getByRole('button', { name: 'tokens' }).click();
    await holds(() => panel.words.innerText(), (text) => /start/.test(text) && /end/.test(text), 'Special tokens are among them'); // prettier-ignore
    await panel.words.getByRole('button', { name: 'tokens' }).click();
  });

  test('each method has its sentence and its picture; rollout is the same for every prompt', async () => {
    const inks = new Map<string, number>();
    for (const [name, says] of [
      ['signed relevance', /Red raised.*blue lowered/],
      ['raw attention', /where the model looked/],
      ['rollout', /multiplied/],
      ['grad-CAM', /mean gradient/],
      ['relevance', /raised this prompt/],
    ] as const) {
      await panel.choice('Method', name).click();
      await holds(
        () => panel.frame.locator('#method-sentence').innerText(),
        (text) => says.test(text),
        name,
      );
      inks.set(name, await ink(panel.heat));
    }
    assert.equal(new Set(inks.values()).size, 5);
    await panel.choice('Method', 'rollout').click();
    await eventually(() => ink(panel.heat), inks.get('rollout')!);
    await panel.row('a cow').click();
    await eventually(() => panel.target(), 'a cow');
    assert.equal(await ink(panel.heat), inks.get('rollout'));
    await panel.choice('Method', 'relevance').click();
    await panel.row('a bald man').click();
  });

  test('the picture follows the layer slider, a bar, and the usual choices', async () => {
    const group = panel.frame.getByRole('group', { name: 'Layers of the image tower' });
    const said = group.locator('.said');
    const all = await ink(panel.heat);
    await panel.choice('Usual layers of the image tower', 'last').click();
    await eventually(() => said.innerText(), 'layer 5, the last');
    const last = await changed(() => ink(panel.heat), all);

    const first = group.getByRole('slider', { name: 'First layer' });
    const track = (await group.locator('.range-slider').boundingBox())!;
    const { mouse } = session.window.page;
    await first.scrollIntoViewIfNeeded();
    const box = (await group.locator('.range-slider').boundingBox())!;
    await mouse.move(box.x + (box.width * 5.5) / 6 - 20, box.y + 8);
    await mouse.down();
    await mouse.move(box.x + (box.width * 2.5) / 6, box.y + 8, { steps: 8 });
    await mouse.up();
    assert.equal(track.width, box.width);
    await eventually(async () => oneLine(await said.innerText()).slice(0, 10), 'layers 2–5');
    await changed(() => ink(panel.heat), last);

    await group.locator('.layer-bars li').nth(3).click();
    await mouse.move(0, 0);
    await eventually(() => said.innerText(), 'layer 3');
    await panel.choice('Usual layers of the image tower', /^all/).click();
    await mouse.move(0, 0);
    await eventually(() => ink(panel.heat), all);
  });
});

describe('heads', () => {
  before(() => panel.bringHeads());

  test('a layer’s heads are a grid, and a click enlarges one', async () => {
    await eventually(() => panel.frame.locator('.head-tile').count(), 6);
    await panel.head(4).click();
    await eventually(() => panel.headCursor(), 'head 4 of layer 5');
    assert.match(await panel.heads.locator('.enlarged h2').innerText(), /65 × 65/);
  });

  test('the layer steps and slides', async () => {
    await panel.heads.getByRole('button', { name: 'Previous layer' }).click();
    await eventually(() => panel.headCursor(), 'head 4 of layer 4');
    const slider = panel.heads.getByRole('slider', { name: 'Layer', exact: true });
    const { width, height } = (await slider.boundingBox())!;
    await slider.click({ position: { x: width - 4, y: height / 2 } });
    await eventually(() => panel.headCursor(), 'head 4 of layer 5');
  });

  test('attention, gradient and their product are three pictures; a gradient may be negative', async () => {
    const picture = panel.head(0).locator('canvas');
    const attention = await ink(picture);
    await panel.choice('Quantity', 'gradient').click();
    const gradient = await changed(() => ink(picture), attention);
    await holds(() => panel.heads.locator('.heat-legend').first().innerText(), (text) => text.trim().startsWith('−'), 'The scale begins below zero'); // prettier-ignore
    await panel.choice('Quantity', 'product').click();
    await changed(() => ink(picture), gradient);
    await panel.choice('Quantity', 'attention').click();
    await eventually(() => ink(picture), attention);
  });

  test('heads are shown on the image or as matrices', async () => {
    const picture = panel.head(0).locator('canvas');
    const image = await ink(picture);
    await panel.choice('Heads as', 'matrices').click();
    await changed(() => ink(picture), image);
    await panel.choice('Heads as', 'on the image').click();
    await eventually(() => ink(picture), image);
  });

  test('the enlarged matrix says query, key and value under the pointer; a click chooses the row on the image', async () => {
    const plot = panel.heads.locator('.matrix-plot');
    const { width, height } = (await plot.boundingBox())!;
    // Query 10 is the patch r1c1, key 20 is r2c3.
    const at = { x: ((20 + 0.5) * width) / 65, y: ((10 + 0.5) * height) / 65 };
    await plot.hover({ position: at });
    await holds(() => panel.heads.locator('.matrix-tip').innerText(), (text) => /^r1c1 → r2c3\s+\S+/.test(oneLine(text)), 'The tip'); // prettier-ignore
    await plot.click({ position: at });
    await session.window.page.mouse.move(0, 0);
    await eventually(async () => oneLine(await panel.heads.locator('.row-on-image h2').innerText()).toLowerCase(), 'row r1c1 on the image'); // prettier-ignore
    await panel.heads.getByRole('button', { name: 'back to CLS' }).click();
    await eventually(async () => oneLine(await panel.heads.locator('.row-on-image h2').innerText()).toLowerCase(), 'row cls on the image'); // prettier-ignore
  });

  test('heads sort by their numbers', async () => {
    await panel.choice('Sort heads by', 'entropy').click();
    const captions = () => panel.frame.locator('.head-caption .number').allInnerTexts();
    const ascending = (values: number[]) => values.every((value, i) => i === 0 || value >= values[i - 1]!);
    await holds(captions, (texts) => {
      const values = texts.map(Number.parseFloat);
      return values.length === 6 && new Set(values).size > 1 && (ascending(values) || ascending([...values].reverse()));
    }, 'The tiles stand in order'); // prettier-ignore
    await panel.choice('Sort heads by', 'index').click();
  });

  test('the model view shows every layer and head; a click brings one', async () => {
    await panel.heads.getByRole('button', { name: 'all layers' }).click();
    const cells = panel.heads.getByRole('gridcell');
    await eventually(() => cells.count(), 36);
    await cells.nth(2 * 6 + 3).click();
    await eventually(() => panel.headCursor(), 'head 3 of layer 2');
    await panel.heads.getByRole('button', { name: 'all layers' }).click();
    await panel.heads.locator('.head-grid').waitFor();
  });

  test('the text tower has the head view: a token under the pointer lights its partners', async () => {
    await panel.choice('Tower', 'text').click();
    const queries = panel.heads.getByRole('listbox', { name: 'Queries' });
    await holds(() => queries.getByRole('option').allInnerTexts(), (texts) => texts.join(' ').includes('bald'), 'Tokens'); // prettier-ignore
    await queries.getByRole('option').nth(2).hover();
    await holds(() => panel.heads.locator('.head-view-told').innerText(), (text) => /attends/.test(text) && /\d/.test(text), 'Partners are told'); // prettier-ignore
    await holds(
      () => panel.heads.locator('.head-view .token-weight').count(),
      (count) => count > 0,
      'Weights beside the keys',
    );
  });

  test('a tile switches a head, a double click leaves it alone or brings all back', async () => {
    const tiles = panel.heads.getByRole('toolbar', { name: 'Heads of the head view' }).getByRole('button');
    const pressed = () =>
      tiles.evaluateAll((all) => all.flatMap((tile, i) => (tile.getAttribute('aria-pressed') === 'true' ? [i] : [])));
    const [alone] = await pressed();
    const other = alone === 0 ? 1 : 0;
    await tiles.nth(other).click();
    await eventually(
      pressed,
      [alone!, other].sort((a, b) => a - b),
    );
    await tiles.nth(other).dblclick();
    await eventually(pressed, [other]);
    await tiles.nth(other).dblclick();
    await eventually(pressed, [0, 1, 2, 3, 4, 5]);
    const lines = panel.heads.locator('.head-view-lines path');
    const each = await lines.count();
    await panel.choice('Lines', 'mean').click();
    await holds(
      () => lines.count(),
      (count) => count > 0 && count < each,
      'The mean has the lines of one head',
    );
    await panel.choice('Lines', 'each head').click();
    const queries = panel.heads.getByRole('listbox', { name: 'Queries' }).getByRole('option');
    const all = await queries.count();
    await panel.heads.getByRole('button', { name: 'special tokens' }).click();
    await eventually(() => queries.count(), all - 2);
    await panel.heads.getByRole('button', { name: 'special tokens' }).click();
  });

  test('words and patches are joined by the score: CLS has lines, words light the picture', async () => {
    await panel.choice('Tower', /words/).click();
    const across = panel.heads.getByRole('region', { name: 'Words and patches' });
    await holds(
      () => across.locator('.across-lines path').count(),
      (count) => count > 0,
      'CLS has lines',
    );
    await across.getByRole('option', { name: 'bald' }).hover();
    await holds(() => across.locator('.across-told').innerText(), (text) => /bald\s+0\.\d+/.test(oneLine(text)), 'A word tells its share'); // prettier-ignore
    await across.locator('.across-photo').hover();
    await holds(() => across.locator('.across-told').innerText(), (text) => /CLS → r\dc\d/.test(oneLine(text)), 'A patch tells its weight'); // prettier-ignore
    await eventually(() => across.locator('.patch-heads li').count(), 6);
    await panel.choice('Tower', 'vision').click();
  });
});
