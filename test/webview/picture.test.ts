import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { colourMaps, diverging } from '../../src/shared/colour/maps';
import type { Rect } from '../../src/shared/explanation';
import { paintOverlay, type RgbImage } from '../../src/shared/paint';
import { queryRow } from '../../src/shared/query-row';
import { heatTop } from '../../src/shared/scale';
import { openBrowser, type PanelBrowser } from './support/browser';
import { madeHeads } from './support/made';
import { madeRows, mapOf, settled, showMap } from './support/maps';
import { pixelAt, pixelsOf } from './support/pixels';

let browser: PanelBrowser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());
afterEach(() => assert.deepEqual(browser.faults, []));

const frame = (page: Page, index = 0): Locator => page.locator('.picture [role=grid]').nth(index);
const legend = (page: Page, index = 0): Promise<string> => page.locator('.picture-legend').nth(index).innerText();
const heatBox = (page: Page): Locator => page.locator('.picture-controls vscode-checkbox', { hasText: 'heat' });
const query = (page: Page): Promise<number | null> =>
  page.evaluate(() => (window.savedState as { view: { query: number | null } }).view.query);
const strongest = (map: ArrayLike<number>): number =>
  Array.from(map).reduce((best, value, i) => (Math.abs(value) > Math.abs(map[best]!) ? i : best), 0);

/** The middle of a patch, in pixels from the frame's corner. */
async function middle(page: Page, patch: number, index = 0): Promise<{ x: number; y: number }> {
  const box = (await frame(page, index).boundingBox())!;
  const { image, grid } = await page.evaluate((i) => {
    const { image, grid } = window.fakeHost.state()!.images[i]!.explained;
    return { image, grid };
  }, index);
  const { crop } = image;
  return {
    x: ((crop.x + ((patch % grid[1]) + 0.5) * (crop.width / grid[1])) / image.width) * box.width,
    y: ((crop.y + (Math.floor(patch / grid[1]) + 0.5) * (crop.height / grid[0])) / image.height) * box.height,
  };
}

/** The picture without and with its heat, and the crop in its pixels. */
async function both(
  page: Page,
  image: { width: number; height: number; crop: Rect },
): Promise<{ bare: RgbImage; heated: RgbImage; crop: Rect }> {
  const heated = await pixelsOf(frame(page));
  await heatBox(page).click();
  await page.mouse.move(0, 0);
  await settled(page);
  const bare = await pixelsOf(frame(page));
  await heatBox(page).click();
  await page.mouse.move(0, 0);
  const { crop } = image;
  const [sx, sy] = [bare.width / image.width, bare.height / image.height];
  return { bare, heated, crop: { x: crop.x * sx, y: crop.y * sy, width: crop.width * sx, height: crop.height * sy } };
}

/** The same panel on a screen with more device pixels to a CSS pixel. */
async function dense(page: Page, density: number): Promise<Page> {
  if (density === 1) return page;
  const other = await page.context().browser()!.newPage({ deviceScaleFactor: density, viewport: page.viewportSize() });
  await other.goto(page.url());
  await other.waitForFunction(() => window.savedState !== undefined);
  await settled(other);
  return other;
}

// 600 × 400 pixels of picture: no fraction is left that a screenshot would smear.
const plain = { width: 800, height: 590, theme: 'dark' } as const;

for (const { name, method, smooth, density } of [
  { name: 'smooth', method: 'relevance', smooth: true, density: 1 },
  { name: 'in patches', method: 'relevance', smooth: false, density: 1 },
  { name: 'signed', method: 'signed', smooth: true, density: 1 },
  // So many pixels that the heat is drawn smaller and enlarged.
  { name: 'on a dense screen', method: 'relevance', smooth: true, density: 3 },
] as const)
  test(`the screen shows what paintOverlay paints: ${name}`, async () => {
    const page = await dense(await browser.open({ state: 'one-prompt', ...plain }), density);
    if (!smooth) await page.getByRole('radio', { name: 'patches', exact: true }).click();
    if (method === 'signed') await page.locator('.method').nth(1).click();
    await page.mouse.move(0, 0);
    await settled(page);
    const explained = madeRows('one-prompt');
    const map = mapOf(explained, method, 0, 11);
    const { bare, heated, crop } = await both(page, explained.image);
    if (density > 1) await page.close();
    assert.deepEqual([bare.width, bare.height], [600 * density, 400 * density]);
    const signed = method === 'signed';
    const table = signed ? diverging : colourMaps.inferno;
    const painted = paintOverlay(bare, { map, grid: explained.grid, crop, top: heatTop(map, signed), table, signed, smooth }); // prettier-ignore
    let worst = 0;
    let total = 0;
    let count = 0;
    // Rounded corners are the page's own.
    for (let y = 4 * density; y < 396 * density; y++)
      for (let x = 100 * density; x < 500 * density; x++)
        for (let c = 0; c < 3; c++, count++) {
          const i = 3 * (y * bare.width + x) + c;
          const off = Math.abs(painted.data[i]! - heated.data[i]!);
          worst = Math.max(worst, off);
          total += off;
        }
    assert.ok(worst <= 4, `a pixel is off by ${worst}`);
    assert.ok(total / count < 0.8, `pixels are off by ${total / count} on average`);
  });

test('what the model did not see is dimmed, with a thin edge between, and has no heat', async () => {
  const page = await browser.open({ state: 'one-prompt', ...plain });
  const { image } = madeRows('one-prompt');
  const { bare, heated } = await both(page, image);
  const inside = pixelAt(bare, 110, 20);
  const outside = pixelAt(bare, 90, 20);
  outside.forEach((value, c) => assert.ok(Math.abs(value - 0.4 * inside[c]!) < 12, `${value} beside ${inside[c]}`));
  assert.ok(pixelAt(bare, 99, 20)[0] > 120, 'the edge is light');
  assert.deepEqual(pixelAt(heated, 50, 200), pixelAt(bare, 50, 200));
});

for (const state of ['space', 'meadow', 'sea', 'street'])
  for (const width of [350, 1200])
    test(`${state} at ${width}: the photo has its own shape, fits the window, and the heat is strongest where the map is`, async () => {
      const page = await browser.open({ state, theme: 'dark', width });
      const box = (await frame(page).boundingBox())!;
      const { image, map, grid } = await page.evaluate(() => {
        const { explained } = window.fakeHost.state()!.images[0]!;
        const { dims, data } = explained.vision.relevance;
        const at = (dims[1]! - 1 - (explained.vision.layers - 1)) * dims[2]! + explained.vision.prefix;
        return { image: explained.image, grid: explained.grid, map: [...data.slice(at, at + explained.grid[0] * explained.grid[1])] }; // prettier-ignore
      });
      assert.ok(Math.abs(box.width / box.height - image.width / image.height) < 0.02 * (image.width / image.height));
      assert.ok(box.height < 900 && box.x + box.width <= width);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      const { bare, heated, crop } = await both(page, image);
      const change = map.map((_, patch) => {
        const [row, column] = [Math.floor(patch / grid[1]), patch % grid[1]];
        const x = Math.min(bare.width - 1, crop.x + ((column + 0.5) * crop.width) / grid[1]);
        const y = Math.min(bare.height - 1, crop.y + ((row + 0.5) * crop.height) / grid[0]);
        return pixelAt(bare, x, y).reduce((sum, value, c) => sum + Math.abs(value - pixelAt(heated, x, y)[c]!), 0);
      });
      const peak = strongest(map);
      assert.ok(change[peak]! > 30, `the strongest patch changes by ${change[peak]}`);
      map.forEach((value, patch) => {
        if (value < 0.01 * map[peak]!)
          assert.ok(change[patch]! < 12, `patch ${patch} is cold and changes by ${change[patch]}`);
      });
    });

test('the pointer gives a patch its outline, number, place and value; outside it says so', async () => {
  const page = await browser.open({ state: 'one-prompt', ...plain });
  const map = mapOf(madeRows('one-prompt'), 'relevance', 0, 11);
  await frame(page).hover({ position: await middle(page, 23) });
  assert.match(await legend(page), /patch 23 · row 3, column 2 · /);
  assert.ok((await legend(page)).includes(String(Number(map[23]!.toPrecision(3)))));
  const mark = (await page.locator('.picture-mark').boundingBox())!;
  const box = (await frame(page).boundingBox())!;
  assert.ok(Math.abs(mark.x - box.x - (100 + (2 * 400) / 7)) < 1 && Math.abs(mark.width - 400 / 7) < 1);
  await frame(page).hover({ position: { x: 20, y: 20 } });
  assert.match(await legend(page), /not seen by the model/);
  await page.mouse.move(0, 0);
  assert.match(await legend(page), new RegExp(`strongest: patch ${strongest(map)} `));
});

test('by keyboard: to a patch, to where it attends, and back', async () => {
  const page = await browser.open({ state: 'one-prompt', ...plain });
  const explained = madeRows('one-prompt');
  const map = mapOf(explained, 'relevance', 0, 11);
  await page.keyboard.press('Tab');
  for (let i = 0; i < 30 && !(await frame(page).evaluate((e) => e === document.activeElement)); i++)
    await page.keyboard.press('Tab');
  const said = async () => {
    const id = (await frame(page).getAttribute('aria-activedescendant'))!;
    return page.locator(`#${id}`).innerText();
  };
  assert.match(await said(), new RegExp(`patch ${strongest(map)}, row`));
  await page.keyboard.press('Control+Home');
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
  assert.match(await said(), /patch 9, row 1, column 2: /);
  assert.match(await legend(page), /patch 9 /);
  await page.keyboard.press('Enter');
  assert.equal(await query(page), 10);
  const note = page.locator('.asked-note');
  await note.getByText('Where patch 9 attends, layer 11, mean of 12 heads').waitFor();
  const own = queryRow(madeHeads(explained, { tower: 'vision', layer: 11, prompt: 0 }), 10).slice(1);
  await page.keyboard.press('End');
  assert.match(await legend(page), /patch 13 /);
  assert.ok(
    (await legend(page)).endsWith(own[13]!.toPrecision(3).replace(/e-0?/, 'e-')),
    `${await legend(page)} and ${own[13]}`,
  );
  await page.keyboard.press('Escape');
  assert.equal(await query(page), null);
  assert.equal(await note.count(), 0);
});

test('a click asks, a second one on the same patch goes back; another layer is asked anew', async () => {
  const page = await browser.open({ state: 'one-prompt', ...plain });
  const position = await middle(page, 30);
  await frame(page).click({ position });
  await page.getByText('Where patch 30 attends, layer 11').waitFor();
  await page.evaluate(() => window.fakeHost.emit('head', { tower: 'vision', layer: 4, head: 0 }));
  await page.getByText('Where patch 30 attends, layer 4').waitFor();
  await frame(page).click({ position });
  assert.equal(await query(page), null);
});

test('an attention that cannot be fetched says so, keeps the map, and can be fetched again', async () => {
  const page = await browser.open({ state: 'one-prompt', ...plain });
  await page.evaluate(() => (window.fakeHost.failures.heads = 'The engine has gone away.'));
  // A layer that nothing has fetched yet.
  await page.evaluate(() => window.fakeHost.emit('head', { tower: 'vision', layer: 2, head: 0 }));
  await frame(page).click({ position: await middle(page, 5) });
  const note = page.locator('.asked-note');
  await note.getByText('The engine has gone away.').waitFor();
  await page.mouse.move(0, 0);
  assert.match(
    await legend(page),
    new RegExp(`patch ${strongest(mapOf(madeRows('one-prompt'), 'relevance', 0, 11))} `),
  );
  await page.evaluate(() => delete window.fakeHost.failures.heads);
  await note.locator('vscode-button').first().click();
  await note.getByText('Where patch 5 attends, layer 2').waitFor();
});

test('constant maps are the same everywhere, zeros are drawn as nothing, and no number is no fault', async () => {
  const page = await browser.open({ state: 'one-prompt', ...plain });
  const { image } = madeRows('one-prompt');
  const of = (value: number) => Array.from({ length: 49 }, () => value);
  await showMap(page, of(0.25));
  assert.match(await legend(page), /0\.250[^]*the same everywhere: patch 0 .* 0\.250/);
  for (const nothing of [0, NaN]) {
    await showMap(page, of(nothing));
    assert.match(await legend(page), /0 everywhere: nothing is drawn/);
    const { bare, heated } = await both(page, image);
    assert.deepEqual(heated.data, bare.data);
  }
});

test('signed maps are centred on zero: the legend has both ends, blue is below and red above', async () => {
  const page = await browser.open({ state: 'one-prompt', ...plain });
  await page.locator('.method').nth(1).click();
  await showMap(
    page,
    Array.from({ length: 49 }, (_, i) => (i === 0 ? -0.5 : i === 48 ? 0.25 : 0)),
    'signed',
  );
  await page.mouse.move(0, 0);
  assert.match(await legend(page), /−0\.500[^]*0\.500/);
  const seen = await pixelsOf(frame(page));
  const at = async (patch: number) => {
    const { x, y } = await middle(page, patch);
    return pixelAt(seen, x, y);
  };
  const [low, high] = [await at(0), await at(48)];
  assert.ok(low[2] > low[0] && high[0] > high[2], `${low} and ${high}`);
  assert.equal(await page.locator('.picture-controls vscode-dropdown').count(), 0);
});

test('opacity and colours change the picture; heat off leaves the photo and keeps the crop', async () => {
  const page = await browser.open({ state: 'one-prompt', ...plain });
  const look = async () => (await pixelsOf(frame(page))).data;
  const first = await look();
  const slider = page.locator('.picture-controls input[type=range]');
  await slider.focus();
  await page.keyboard.press('Home');
  const faint = await look();
  assert.notDeepEqual(faint, first);
  assert.equal(await slider.getAttribute('aria-valuetext'), '0 %');
  await page.keyboard.press('End');
  const full = await look();
  await page.locator('.picture-controls vscode-dropdown').click();
  await page.getByRole('option', { name: 'viridis' }).click();
  await page.mouse.move(0, 0);
  assert.notDeepEqual(await look(), full);
  await heatBox(page).click();
  await page.mouse.move(0, 0);
  await settled(page);
  assert.deepEqual(await look(), faint);
});

test('all prompts side by side: each its own picture, a click or an arrow chooses the target, a patch is shown in all', async () => {
  const page = await browser.open({ state: 'space', theme: 'dark', width: 1200 });
  await page.locator('vscode-checkbox', { hasText: 'all prompts' }).click();
  const pictures = page.locator('.prompt-picture');
  assert.deepEqual(await pictures.locator('bdi').allInnerTexts(), ['a bald man', 'a rocket in space', 'a ringed planet', 'a cow']); // prettier-ignore
  await pictures.nth(2).click();
  const prompt = () => page.evaluate(() => window.fakeHost.cursors.at(-1)!.prompt);
  assert.equal(await prompt(), 2);
  assert.equal(await pictures.nth(2).getAttribute('aria-checked'), 'true');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await prompt(), 1);
  await pictures.nth(0).locator('.photo-frame').hover();
  assert.equal(await page.locator('.prompt-picture .picture-mark').count(), 4);
  await page.getByRole('radio', { name: 'shared', exact: true }).click();
  const seen = await Promise.all(
    [0, 1, 2, 3].map(async (i) => (await pixelsOf(pictures.nth(i).locator('.photo-frame'))).data),
  );
  assert.equal(new Set(seen.map((data) => Buffer.from(data).toString('base64'))).size, 4);
});

test('sixty prompts: only pictures near the screen are drawn', async () => {
  const page = await browser.open({ state: 'sixty-prompts', theme: 'dark', width: 1200 });
  await page.locator('vscode-checkbox', { hasText: 'all prompts' }).click();
  await settled(page);
  assert.equal(await page.locator('.prompt-picture').count(), 60);
  const drawn = await page.locator('.prompt-picture canvas').count();
  assert.ok(drawn >= 12 && drawn < 100, `${drawn} canvases`);
  await page.locator('.prompt-picture').last().scrollIntoViewIfNeeded();
  await page.locator('.prompt-picture').last().locator('canvas').first().waitFor();
});

test('two images: side by side or stacked, each with its name; a click chooses; the scale can be shared by both', async () => {
  const page = await browser.open({ state: 'compare', theme: 'dark', width: 1200 });
  const boxes = async () => Promise.all([0, 1].map(async (i) => (await frame(page, i).boundingBox())!));
  const [a, b] = await boxes();
  assert.ok(b!.x > a!.x + a!.width && Math.abs(a!.y - b!.y) < 2);
  assert.deepEqual(await page.locator('.compared bdi').allInnerTexts(), ['space.png', 'street-portrait.png']);
  await frame(page, 1).click({ position: await middle(page, 20, 1) });
  assert.equal(await page.evaluate(() => window.fakeHost.cursors.at(-1)!.image), 1);
  assert.equal(await query(page), null);
  await frame(page, 1).click({ position: await middle(page, 20, 1) });
  await page.getByText('Where patch 20 attends').waitFor();
  assert.ok((await page.evaluate(() => window.fakeHost.calls)).some(({ method, params }) => method === 'heads' && (params as { image: number }).image === 1)); // prettier-ignore
  await page.keyboard.press('Escape');
  const tops = async () => page.locator('.picture-legend .legend-scale > .number:last-child').allInnerTexts();
  const own = await tops();
  assert.notEqual(own[0], own[1]);
  await page.getByRole('radio', { name: 'shared', exact: true }).click();
  const shared = await tops();
  assert.equal(shared[0], shared[1]);
  await page.setViewportSize({ width: 350, height: 900 });
  await settled(page);
  const [c, d] = await boxes();
  assert.ok(d!.y > c!.y + c!.height && Math.abs(c!.x - d!.x) < 2);
});

test('the numbers are in a table, with rows and columns named', async () => {
  const page = await browser.open({ state: 'big', theme: 'dark', width: 900 });
  await page.getByText('the 24 × 24 numbers').click();
  const table = page.getByRole('table', { name: /relevance of .*a dog on a hill/ });
  await table.waitFor();
  assert.equal(await table.locator('td.number').count(), 576);
  const map = mapOf(madeRows('big'), 'relevance', 0, 23);
  const peak = strongest(map);
  assert.equal(await table.locator('td.peak').innerText(), String(Number(map[peak]!.toPrecision(3))));
});

test('hostile prompts and file names are text, in pictures, labels and tables', async () => {
  const page = await browser.open({ state: 'hostile', theme: 'dark', width: 350 });
  await page.locator('vscode-checkbox', { hasText: 'all prompts' }).click();
  await page.getByText('the 7 × 7 numbers').click();
  await page.locator('.picture-numbers table').waitFor();
  assert.equal(await page.evaluate(() => (window as { hacked?: unknown }).hacked), undefined);
  assert.equal(await page.locator('.picture img, .picture script').count(), 0);
  const labels = await page
    .locator('.prompt-picture')
    .evaluateAll((all) => all.map((e) => e.getAttribute('aria-label')!));
  assert.ok(labels.every((label) => label.length < 200));
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
});

test('the picture can be saved as SVG that stands alone', async () => {
  const page = await browser.open({ state: 'hostile', ...plain });
  for (const kind of ['smooth', 'patches']) {
    await page.getByRole('radio', { name: kind, exact: true }).click();
    const text = await savedSvg(page, 'picture');
    const problem = await page.evaluate((text) => {
      const document = new DOMParser().parseFromString(text, 'image/svg+xml');
      if (document.querySelector('parsererror')) return 'not well formed';
      if (document.querySelector('script, foreignObject, img')) return 'more than a drawing';
      const images = Array.from(document.querySelectorAll('image'), (image) => image.getAttribute('href')!);
      return images.every((href) => href.startsWith('data:image/')) ? images.length : 'asks the network';
    }, text);
    assert.equal(problem, kind === 'smooth' ? 2 : 1);
  }
});

/** Through the export menu, as people do it. */
async function savedSvg(page: Page, name: string): Promise<string> {
  const count = () => page.evaluate(() => window.fakeHost.calls.filter(({ method }) => method === 'save').length);
  const before = await count();
  await page.locator('header').getByText('export').first().click();
  await page
    .getByRole('menuitem', { name: new RegExp(`^${name}$`, 'i') })
    .first()
    .click();
  for (let i = 0; i < 50 && (await count()) === before; i++) await page.waitForTimeout(20);
  const call = await page.evaluate(() => window.fakeHost.calls.filter(({ method }) => method === 'save').at(-1));
  return (call!.params as { text: string }).text;
}

test('time of a switch', async (t) => {
  for (const state of ['space', 'big']) {
    const page = await browser.open({ state, theme: 'dark', width: 1600, height: 1390 });
    // tsx names functions with a helper of its own.
    await page.evaluate('globalThis.__name = (f) => f');
    const times = await page.evaluate(async () => {
      const work = async (act: (i: number) => void): Promise<number> => {
        const all: number[] = [];
        for (let i = 0; i < 30; i++) {
          await new Promise(requestAnimationFrame);
          const start = performance.now();
          act(i);
          // Preact draws in a microtask, the canvases with it.
          await new Promise<void>((done) => queueMicrotask(() => queueMicrotask(done)));
          all.push(performance.now() - start);
        }
        return all.sort((a, b) => a - b)[15]!;
      };
      const click = (selector: string, count: number) => (i: number) => (document.querySelectorAll<HTMLElement>(selector)[i % count]!).click(); // prettier-ignore
      return {
        map: await work(click('.method', 5)),
        layers: await work(click('.tower-layers.vision li', 4)),
        prompt: await work(click('[data-target-rows] input[data-prompt]', 3)),
        patches: await work(click('.picture-controls [role=radio]', 2)),
      };
    });
    t.diagnostic(`${state}: ${JSON.stringify(Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, `${ms.toFixed(1)} ms`])))}`); // prettier-ignore
  }
});
