import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { serve, type PageOptions, type PanelEntries, type Served } from './serve';

/** One browser and one page for a file of tests; each `open` shows another panel in it. */
export interface PanelBrowser {
  readonly page: Page;
  /** Errors of the page and broken policies since the last `open`; a test that leaves any behind has found a bug. */
  readonly faults: string[];
  open(options?: OpenOptions): Promise<Page>;
  close(): Promise<void>;
}

export interface OpenOptions extends PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly forcedColors?: boolean;
  readonly reducedMotion?: boolean;
}

/** Debian's; elsewhere CHROMIUM says which. */
const executable = (): string => {
  const found = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (!found) throw new Error('There is no Chromium here. Install it (apt-get install chromium), or say where it is in CHROMIUM.'); // prettier-ignore
  return found;
};

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--force-color-profile=srgb',
];

/** @param panel the image panel where none is said */
export async function openBrowser(panel?: PanelEntries): Promise<PanelBrowser> {
  const served: Served = await serve(panel);
  const browser: Browser = await chromium.launch({ executablePath: executable(), headless: true, args: flags });
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' || /Content Security Policy/i.test(text)) faults.push(text);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(served.origin) && !/^(blob|data):/.test(url))
      faults.push(`The page asked the network for ${url}.`);
  });
  return {
    page,
    faults,
    async open({ width = 1200, height = 900, forcedColors = false, reducedMotion = true, ...options } = {}) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({
        forcedColors: forcedColors ? 'active' : 'none',
        reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
      });
      faults.length = 0;
      await page.goto(`${served.origin}/?options=${encodeURIComponent(JSON.stringify(options))}`);
      // The first message has crossed, and what it shows is drawn.
      if (options.state !== 'empty') {
        await page.waitForFunction(() => window.savedState !== undefined);
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      }
      return page;
    },
    async close() {
      await browser.close();
      await served.close();
    },
  };
}
