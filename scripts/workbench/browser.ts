import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { chromiumArguments, ensureChromium } from './chromium';
import type { Server } from './server';

export interface WorkbenchPage {
  readonly page: Page;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** The folder, or the .code-workspace file, that the window shows; none: an empty window. */
  readonly folder?: string;
  /** An extension's own folder, which is loaded from there. */
  readonly development?: string;
  /** A module with run(), which the extension host runs. */
  readonly tests?: string;
  readonly width?: number;
  readonly height?: number;
}

/** A browser of its own, with an empty page: {@link windowUrl} says where to go. */
export async function openWindow(options: Pick<OpenOptions, 'width' | 'height'> = {}): Promise<WorkbenchPage> {
  const profile = mkdtempSync(join(tmpdir(), 'attention-lens-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: ensureChromium(),
    headless: true,
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    args: chromiumArguments,
  });
  // The workbench asks whether it may read the clipboard.
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  // tsx names the functions that are sent into pages with a helper that only its own modules have.
  await context.addInitScript('globalThis.__name ??= (f) => f');
  const page = context.pages()[0] ?? (await context.newPage());
  return { page, close: () => end(context, profile) };
}

async function end(context: BrowserContext, profile: string): Promise<void> {
  await context.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}

/** The window's address. Development copies and tests need the server's smoke-test driver, which {@link Server} switches on. */
export function windowUrl({ authority }: Server, { folder, development, tests }: OpenOptions): string {
  const remote = (path: string): string => `vscode-remote://${authority}${path}`;
  const url = new URL(`http://${authority}/`);
  if (!folder) url.searchParams.set('ew', 'true');
  else url.searchParams.set(folder.endsWith('.code-workspace') ? 'workspace' : 'folder', folder);
  const payload = [
    ...(development ? [['extensionDevelopmentPath', remote(development)]] : []),
    ...(tests ? [['extensionTestsPath', remote(tests)]] : []),
  ];
  if (payload.length > 0) url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}
