// npm run screenshots: takes the README's pictures anew, from the packaged extension in the real workbench, into docs/images/.
// npm run screenshots -- --all DIR: every theme at three widths, for looking at.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { Window } from '../test/e2e/support/driver';
import { PanelPage } from '../test/e2e/support/panel';
import { TextPanelPage } from '../test/e2e/support/text-panel';
import { ensureVsix } from '../test/e2e/support/vsix';
import { ensureWorkbench } from './workbench/install';
import { Server } from './workbench/server';

const prompts = 'a bald man; a rocket in space; a ringed planet; a cow';

const notes = `# Reading notes

The quick brown fox jumps over the lazy dog.

The animal did not cross the street because it was too tired.
`;

const themes = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'hc-dark': 'Default High Contrast',
  'hc-light': 'Default High Contrast Light',
};

type Theme = keyof typeof themes;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A window in one theme and size, for as long as `look` looks at it. */
async function inWindow(theme: Theme, size: Size, look: (window: Window, panel: PanelPage) => Promise<void>) {
  const temporary = mkdtempSync(join(tmpdir(), 'attention-lens-pictures-'));
  // Its name is in the window's title.
  const folder = join(temporary, 'samples');
  cpSync('media/samples', folder, { recursive: true });
  for (const other of ['README.md', 'samples.json']) rmSync(join(folder, other), { force: true });
  writeFileSync(join(folder, 'notes.md'), notes);
  const settings = { 'workbench.colorTheme': themes[theme], 'workbench.tips.enabled': false };
  const server = await Server.start(ensureWorkbench(), { settings, vsix: ensureVsix() });
  try {
    const window = await Window.open(server, { folder, ...size });
    try {
      await look(window, new PanelPage(window));
    } finally {
      await window.close();
    }
  } finally {
    await server.stop();
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Nothing under the pointer, nothing moving. */
async function still({ page }: Window): Promise<void> {
  await page.mouse.move(size(page).width - 2, size(page).height - 2);
  await page.waitForTimeout(700);
}

const size = (page: Window['page']): Size => page.viewportSize() ?? { width: 0, height: 0 };

/** A picture of the window, or of one element of it, with as few colours as do not show: a README is no place for megabytes. */
async function shoot(window: Window, path: string, of = window.page.locator('.monaco-workbench')): Promise<void> {
  await still(window);
  const png = await of.screenshot();
  await sharp(png).png({ palette: true, colours: 256, dither: 0.4, effort: 10, compressionLevel: 9 }).toFile(path);
}

/** The README's set. */
async function readme(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await inWindow('dark', { width: 1640, height: 1000 }, async (window, panel) => {
    await window.openFile('space.png');
    await window.explain('space.png', prompts);
    await window.openSidePanel();
    await panel.bringHeads();
    await panel.head(1).click();
    await toTop(panel);
    await shoot(window, join(folder, 'workbench-dark.png'));
  });
  await inWindow('light', { width: 1480, height: 1240 }, async (window, panel) => {
    await window.explain('space.png', prompts);
    await panel.bringHeads();
    // The header says how long it took, and the engine is warm from now on.
    await window.explain('space.png', prompts);
    await window.command('View: Toggle Primary Side Bar Visibility');
    await toTop(panel);
    await shoot(window, join(folder, 'panel-light.png'), editor(window));
  });
  await inWindow('light', { width: 1640, height: 1180 }, async (window) => {
    const panel = await text(window, 'quick brown');
    await panel.token('fox').click();
    await panel.frame.locator('.head-tile[data-index="5"]').click();
    await window.openSidePanel();
    await toTop(panel);
    await shoot(window, join(folder, 'text-light.png'));
  });
  await inWindow('dark', { width: 450, height: 1100 }, async (window, panel) => {
    await narrow(window, panel);
    await shoot(window, join(folder, 'panel-narrow.png'), editor(window));
  });
}

/** A line of the notes, explained; twice, since the header says how long it took. */
async function text(window: Window, words: string): Promise<TextPanelPage> {
  const panel = new TextPanelPage(window);
  await window.openFile('notes.md');
  for (let times = 0; times < 2; times++) {
    await window.page.locator('.view-line', { hasText: words }).click({ clickCount: 3 });
    await window.command('Attention Lens: Explain Text');
    await panel.shown();
    await panel.bringHeads();
  }
  return panel;
}

const toTop = (panel: PanelPage | TextPanelPage) => panel.frame.locator('body').evaluate(() => scrollTo(0, 0));

const editor = (window: Window) => window.page.locator('.part.editor');

/** The panel alone in a window that has no room for anything else. */
async function narrow(window: Window, panel: PanelPage): Promise<void> {
  await window.page.setViewportSize({ width: 1000, height: size(window.page).height });
  await window.explain('space.png', prompts);
  await window.command('View: Toggle Primary Side Bar Visibility');
  await window.page.setViewportSize({ width: 450, height: size(window.page).height });
  await panel.shown();
}

/** Every theme at three widths, top of the panel and heads. */
async function all(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const theme of Object.keys(themes) as Theme[])
    await inWindow(theme, { width: 1600, height: 1000 }, async (window, panel) => {
      await window.explain('space.png', prompts);
      await window.openSidePanel();
      const shots = async (name: string): Promise<void> => {
        await toTop(panel);
        await shoot(window, join(folder, `${theme}-${name}-top.png`));
        await panel.bringHeads();
        await panel.frame.locator('body').evaluate(() => scrollTo(0, document.body.scrollHeight));
        await shoot(window, join(folder, `${theme}-${name}-heads.png`));
      };
      await shots('1600');
      await panel.choice('Tower', 'text').click();
      await shoot(window, join(folder, `${theme}-1600-text.png`));
      await panel.choice('Tower', 'vision').click();
      await window.page.setViewportSize({ width: 1100, height: 900 });
      await shots('1100');
      await window.command('View: Toggle Primary Side Bar Visibility');
      await window.page.setViewportSize({ width: 450, height: 1000 });
      await shots('450');
      await window.page.setViewportSize({ width: 1600, height: 1000 });
      await window.closeEditors();
      await window.openExplorer();
      const texts = await text(window, 'animal');
      await texts.token('it').click();
      await window.page.locator('.tab', { hasText: 'notes.md' }).click({ button: 'middle' });
      for (const [width, height] of [
        [1600, 1000],
        [1100, 900],
        [450, 1000],
      ] as const) {
        if (width === 450) await window.command('View: Toggle Primary Side Bar Visibility');
        await window.page.setViewportSize({ width, height });
        await toTop(texts);
        await shoot(window, join(folder, `${theme}-${width}-texts-top.png`));
        await texts.bringHeads();
        await texts.frame.locator('body').evaluate(() => scrollTo(0, document.body.scrollHeight));
        await shoot(window, join(folder, `${theme}-${width}-texts-heads.png`));
      }
    });
}

const { values } = parseArgs({ options: { all: { type: 'string' } } });
if (values.all) await all(values.all);
else await readme('docs/images');
