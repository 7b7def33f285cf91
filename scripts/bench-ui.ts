// npm run bench:ui [-- --json FILE]: what a person waits for, in a real workbench with the bundled model on a warm engine.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { Window } from '../test/e2e/support/driver';
import { timeOfPicture, timeSwitches } from './bench-ui/in-panel';
import { timeOfKeystroke } from './bench-ui/in-text-panel';
import { TextPanelPage } from '../test/e2e/support/text-panel';
import { openWindow, windowUrl } from './workbench/browser';
import { ensureWorkbench } from './workbench/install';
import { Server } from './workbench/server';

const { values } = parseArgs({ options: { json: { type: 'string' } } });
/** Between the last letter and Enter: a quick hand. */
const handMs = 150;
/** One token each. A text that the engine knows, it does not compute again. */
const animals = ['wolf', 'fox', 'horse', 'cow', 'bird', 'fish', 'bear', 'lion', 'mouse', 'snake', 'sheep', 'goat', 'duck', 'frog', 'deer', 'pig']; // prettier-ignore
const median = (xs: readonly number[]): number => [...xs].sort((a, b) => a - b)[xs.length >> 1];
const development = process.cwd();
// What people install is minified.
if (spawnSync(process.execPath, ['scripts/build.mjs', '--production'], { stdio: 'inherit' }).status !== 0)
  process.exit(1);

const folder = mkdtempSync(join(tmpdir(), 'attention-lens-bench-'));
cpSync('media/samples', folder, { recursive: true });
const server = await Server.start(ensureWorkbench());
try {
  const activation = await medianActivation();
  const { click, opened, switches } = await panelTimes();
  const keystroke = await keystrokeTime();
  const result = { clickToPictureMs: click, openPanelMs: opened, switchMs: switches, activationMs: activation, keystrokeToViewsMs: keystroke }; // prettier-ignore
  console.log(`click → picture, panel open  ${click.toFixed(0)} ms`);
  console.log(`click → picture, new panel   ${opened.toFixed(0)} ms`);
  for (const [what, ms] of Object.entries(switches)) console.log(`switch ${what.padEnd(22)}${ms.toFixed(1)} ms`);
  console.log(`keystroke → views, 128 tokens ${keystroke.toFixed(0)} ms`);
  console.log(`activation                   ${activation.toFixed(0)} ms`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** In a new extension host each time. */
async function medianActivation(): Promise<number> {
  const out = resolve('out/bench-ui');
  const result = join(out, 'activation.txt');
  buildSync({
    entryPoints: ['scripts/bench-ui/activation.ts'],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: join(out, 'activation.cjs'),
    external: ['vscode'],
    define: { RESULT_FILE: JSON.stringify(result) },
  });
  const taken: number[] = [];
  for (let i = 0; i < 5; i++) {
    const { page, close } = await openWindow();
    try {
      rmSync(result, { force: true });
      const ended = new Promise<number>((done) => void page.exposeFunction('codeAutomationExit', done));
      await page.exposeFunction('codeAutomationLog', () => undefined);
      await page.goto(windowUrl(server, { folder, development, tests: join(out, 'activation.cjs') }));
      await ended;
      taken.push(Number(readFileSync(result, 'utf8')));
    } finally {
      await close();
    }
  }
  return median(taken);
}

/** A text of 128 tokens, of which a word changes; until saliency, hidden states and heads show the new one. */
async function keystrokeTime(): Promise<number> {
  const window = await Window.open(server, { folder, development, width: 1400, height: 900 });
  try {
    const words = Array.from(
      { length: 126 },
      (_, i) => ['the', 'dog', 'sees', 'a', 'cat', 'in', 'green', 'grass'][i % 8],
    );
    await window.command('Attention Lens: Explain Text');
    await window.quickInput.waitFor();
    await window.quickInput.fill(words.join(' '));
    await window.quickInput.press('Enter');
    const panel = new TextPanelPage(window);
    await panel.shown();
    await panel.bringHeads();
    const taken: number[] = [];
    for (const word of animals) {
      const text = words.with(1, word).join(' ');
      taken.push(await window.panel.locator('body').evaluate(timeOfKeystroke, { text, word }));
      await window.page.waitForTimeout(700);
    }
    return median(taken.slice(4));
  } finally {
    await window.close();
  }
}

async function panelTimes() {
  const window = await Window.open(server, { folder, development, width: 1400, height: 900 });
  try {
    const { page } = window;
    // The engine is warm after this one.
    await window.choose(window.explorerItem('meadow.jpg'), 'Explain with Prompts');
    await answer('a cow; a tractor; a tree');
    await pictureOf('a cow');

    await window.choose(window.explorerItem('space.png'), 'Explain with Prompts');
    const opened = await timed('a bald man; a rocket in space; a man');
    const click: number[] = [];
    // Each set is new to the engine, which keeps its answers.
    for (const first of ['cow', 'tree', 'tractor', 'sun', 'house', 'ringed planet', 'cat', 'boat', 'bald man']) {
      const prompts = `a ${first}; a rocket in space; a man`;
      // The panel is there, and looks from before Enter: nothing of the driver's own time is counted.
      const drawn = window.panel.locator('body').evaluate(timeOfPicture, prompts.split(';')[0]!);
      await window.choose(window.explorerItem('space.png'), 'Explain with Prompts');
      const pressed = await answer(prompts, handMs);
      click.push((await drawn) - pressed);
    }

    const panel = window.panel.locator('body');
    await panel.locator('.heads canvas').first().waitFor();
    const run = async (keys: readonly string[], maps = false): Promise<number> =>
      median(await panel.evaluate(timeSwitches, { keys, maps, times: 50 }));
    // Each layer's heads are fetched when they are first looked at.
    await run(['[', '[', '[', '[', '[', ']', ']', ']', ']', ']']);
    await page.waitForTimeout(500);
    const switches = {
      head: await run(['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft']),
      layer: await run(['[', '[', '[', ']', ']', ']']),
      prompt: await run(['ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp']),
      map: await run(['viridis', 'turbo', 'inferno'], true),
    };
    return { click: median(click), opened, switches };

    async function answer(prompts: string, pause = 0): Promise<number> {
      await window.quickInput.fill(prompts);
      await window.quickItem('Explain').waitFor();
      await page.waitForTimeout(pause);
      // The moment of the key in the page, not that of the program that drives it.
      await page.evaluate(() => {
        const clock = globalThis as unknown as { pressed: number };
        document.addEventListener('keydown', () => (clock.pressed = performance.timeOrigin + performance.now()), { capture: true, once: true }); // prettier-ignore
      });
      await window.quickInput.press('Enter');
      return page.evaluate(() => (globalThis as unknown as { pressed: number }).pressed);
    }

    async function timed(prompts: string): Promise<number> {
      const pressed = await answer(prompts);
      return (await pictureOf(prompts.split(';')[0])) - pressed;
    }

    async function pictureOf(prompt: string): Promise<number> {
      for (;;) {
        try {
          return await window.panel.locator('body').evaluate(timeOfPicture, prompt);
        } catch (error) {
          // It was the page of the panel that goes to the back.
          if (!String(error).includes('detached')) throw error;
        }
      }
    }
  } finally {
    await window.close();
  }
}
