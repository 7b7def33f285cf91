import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { holds } from './support/eventually';
import type { PanelPage } from './support/panel';
import { openSession, pictureOfFailures, type Session } from './support/session';

const prompts = ['a bald man', 'a rocket in space', 'a ringed planet', 'a cow'];

let session: Session;
let panel: PanelPage;

before(async () => {
  session = await openSession();
  ({ panel } = session);
  await session.window.explain('space.png', prompts.join('; '));
});
after(() => session?.close());
pictureOfFailures(() => session);

/** Chooses an entry of the export menu, saves under a name, and returns the path once the file is whole. */
async function exported(entry: string | RegExp, name: string): Promise<string> {
  const path = join(session.folder, name);
  await panel.openExports();
  await panel.exportItem(entry).click();
  await session.window.saveAs(path);
  await holds(() => existsSync(path) && statSync(path).size > 0, Boolean, `${name} is written`);
  let size = -1;
  await holds(() => size === (size = statSync(path).size), Boolean, `${name} is whole`);
  return path;
}

test('the picture is a PNG of the image’s own size, with the heat of the target on it', async () => {
  const path = await exported(/^Picture PNG/, 'picture.png');
  const { width, height, format } = await sharp(path).metadata();
  assert.deepEqual({ width, height, format }, { width: 640, height: 480, format: 'png' });
  const raw = (file: string) => sharp(file).removeAlpha().raw().toBuffer();
  const [painted, plain] = await Promise.all([raw(path), raw(join(session.folder, 'space.png'))]);
  const differs = (x: number, y: number) => {
    const at = 3 * (y * 640 + x);
    return [0, 1, 2].some((c) => Math.abs(painted[at + c]! - plain[at + c]!) > 40);
  };
  // Patch 34 of 8 × 8 in the middle square, and the planet, which this prompt does not heat.
  assert.ok(differs(80 + 2 * 60 + 30, 4 * 60 + 30), 'the man glows');
  assert.ok(!differs(180, 90), 'the planet does not');
});

test('the dialog begins next to the image, under a name that says image and prompt', async () => {
  await panel.openExports();
  await panel.exportItem(/^Picture PNG/).click();
  const field = session.window.page.locator('.quick-input-widget:visible input[placeholder="Folder path"]');
  await holds(() => field.inputValue(), (path) => path === join(session.folder, 'space-0-a-bald-man.png'), 'The suggestion'); // prettier-ignore
  await session.window.escape();
  assert.ok(!existsSync(join(session.folder, 'space-0-a-bald-man.png')), 'Escape writes nothing');
});

test('the table is CSV with a row for each prompt', async () => {
  const [head, ...rows] = readFileSync(await exported(/^Table/, 'table.csv'), 'utf8')
    .trim()
    .split(/\r?\n/u);
  assert.match(head!, /prompt.*logit.*probability/);
  assert.deepEqual(
    rows.map((row) => row.split(',')[0]),
    prompts,
  );
  const probabilities = rows.map((row) => Number(row.split(',').at(-1)));
  assert.ok(Math.abs(probabilities.reduce((a, b) => a + b, 0) - 1) < 1e-6, probabilities.join());
});

test('everything as JSON is what the command line says of the same image and prompts', async () => {
  const path = await exported(/^Everything/, 'all.json');
  const said = execFileSync(process.execPath, ['dist/cli.cjs', 'image', join(session.folder, 'space.png'), ...prompts.flatMap((prompt) => ['--prompt', prompt]), '--json', '-'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }); // prettier-ignore
  const [panels, cli] = [JSON.parse(readFileSync(path, 'utf8')), JSON.parse(said)] as Record<string, unknown>[];
  for (const of of [panels!, cli!]) delete of.timings;
  close(panels, cli, 'JSON');
});

test('every head is in a safetensors file', async () => {
  const bytes = readFileSync(await exported(/^Every head/, 'heads.safetensors'));
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<string, { shape?: number[] }>;
  const shapes = Object.entries(header).map(([name, { shape }]) => `${name} ${shape?.join('×')}`);
  assert.ok(
    shapes.some((shape) => /vision.*attention.*6×65×65/.test(shape)),
    shapes.join('\n'),
  );
});

test('the report is one page that loads nothing', async () => {
  const html = readFileSync(await exported(/^Report/, 'report.html'), 'utf8');
  for (const prompt of prompts) assert.ok(html.includes(prompt), prompt);
  assert.doesNotMatch(html, /(src|href)="(?!data:|#)/);
});

test('every view that is on the screen is saved as an SVG that a browser can draw', async () => {
  await panel.bringHeads();
  await panel.openExports();
  const views = (await panel.frame.getByRole('menuitem').allInnerTexts()).slice(5);
  await session.window.page.keyboard.press('Escape');
  assert.deepEqual(views, ['Picture', 'Probabilities', 'Words', 'Layers', 'Head 0 of layer 5']);
  for (const [i, view] of views.entries()) {
    const svg = readFileSync(await exported(new RegExp(`^${view}$`), `view-${i}.svg`), 'utf8');
    const drawn = await session.window.page.evaluate((text) => {
      const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
      return [root.localName, root.querySelector('parsererror') === null, root.childElementCount > 0];
    }, svg);
    assert.deepEqual(drawn, ['svg', true, true], view);
  }
});

/** Equal, numbers to what a printed digit may differ in. */
function close(a: unknown, b: unknown, where: string): void {
  if (typeof a === 'number' && typeof b === 'number')
    return assert.ok(Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(a)), `${where}: ${a} and ${b}`);
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return assert.deepEqual(a, b, where);
  assert.deepEqual(Object.keys(a), Object.keys(b), where);
  for (const key of Object.keys(a)) close((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], `${where}.${key}`); // prettier-ignore
}
