import type { FrameLocator, Locator, Page } from 'playwright-core';
import { openWindow, windowUrl, type OpenOptions } from '../../../scripts/workbench/browser';
import type { Server } from '../../../scripts/workbench/server';

/** VS Code's own name of the extension: what its webviews are known by. */
const extensionId = 'attention-lens.attention-lens';

/** A window of VS Code as a person uses it: menus, palette, input boxes, side panel, the panel's own page. */
export class Window {
  private constructor(
    readonly page: Page,
    private readonly server: Server,
    private readonly options: OpenOptions,
    readonly close: () => Promise<void>,
  ) {}

  static async open(server: Server, options: OpenOptions): Promise<Window> {
    const { page, close } = await openWindow(options);
    const window = new Window(page, server, options, close);
    await window.reload();
    return window;
  }

  /** Goes there anew; resolves when the extension's contributions are in place: menus that open earlier do not know them. */
  async reload(): Promise<void> {
    await this.page.goto(windowUrl(this.server, this.options));
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await this.activityIcon.waitFor({ timeout: 60_000 });
  }

  get activityIcon(): Locator {
    return this.page.locator('.activitybar .action-item a[aria-label^="Attention Lens"]');
  }

  /** A file or folder in the explorer. */
  explorerItem(name: string): Locator {
    return this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${name}"]`);
  }

  /** Opens the context menu of a thing, chooses an entry of it. */
  async choose(thing: Locator, entry: string): Promise<void> {
    await thing.click({ button: 'right' });
    const item = this.menuItem(entry);
    await item.waitFor();
    // A menu ignores the mouse for its first moments, so that the click that opened it chooses nothing.
    await this.page.waitForTimeout(300);
    await item.click();
    await this.page.locator('.context-view .monaco-menu').waitFor({ state: 'hidden' });
  }

  menuItem(entry: string): Locator {
    return this.page.locator('.context-view .monaco-menu .action-item', { hasText: entry }).first();
  }

  /** Runs a command by its title, as typed in the palette. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput.waitFor();
    await this.quickInput.fill(`>${title}`);
    await this.quickItem(title).waitFor();
    await this.quickInput.press('Enter');
  }

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-box input');
  }

  quickItem(text: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  }

  /** The panel's page, the one in front. */
  get panel(): FrameLocator {
    return this.page
      .frameLocator(`iframe.webview.ready[src*="extensionId=${extensionId}"]:visible`)
      .frameLocator('iframe#active-frame');
  }

  /** A row of a view in the side bar. */
  treeRow(text: string): Locator {
    return this.page.locator('.sidebar .pane-body .monaco-list-row', { hasText: text }).first();
  }

  /** Clicks on the extension's icon in the activity bar unless its side panel is open. */
  async openSidePanel(): Promise<void> {
    if ((await this.activityIcon.locator('xpath=..').getAttribute('class'))?.includes('checked')) return;
    await this.activityIcon.click();
  }

  /** A message that VS Code shows, be it a toast or in the notification centre (the smoke-test driver suppresses toasts). */
  async notification(text: string): Promise<Locator> {
    const item = this.page.locator('.notification-list-item', { hasText: text }).first();
    try {
      await item.waitFor({ timeout: 2000 });
    } catch {
      await this.page.locator('[id="status.notifications"]').click();
      await item.waitFor({ timeout: 15_000 });
    }
    return item;
  }
}
