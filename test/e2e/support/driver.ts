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
    await this.ready();
  }

  /** As a person does it, so that the window keeps what it has to keep. */
  async reloadWindow(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.command('Developer: Reload Window');
    await loaded;
    await this.ready();
  }

  private async ready(): Promise<void> {
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

  /** Brings the explorer to where it is seen. A click on the icon of what is seen already hides it, and what that is follows in its own time. */
  async openExplorer(): Promise<void> {
    const first = this.page.locator('.explorer-folders-view .monaco-list-row').first();
    const icon = this.page.locator('.activitybar .action-item a[aria-label^="Explorer"]');
    for (let tries = 0; tries < 4 && !(await first.isVisible()); tries++) {
      await icon.click();
      if (await appears(first)) return;
    }
    await first.waitFor();
  }

  /** Opens a file of the explorer to stay. */
  async openFile(name: string): Promise<void> {
    await this.explorerItem(name).dblclick();
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
  }

  /** The way that most people take: context menu, prompts, Enter. Resolves when the panel shows the explanation. */
  async explain(name: string, prompts: string): Promise<void> {
    await this.openExplorer();
    await this.choose(this.explorerItem(name), 'Explain with Prompts');
    await this.enterPrompts(prompts);
    await this.tab(`Explain: ${name}`).waitFor();
    await this.panel.locator('table').first().waitFor({ timeout: 60_000 });
  }

  /** Writes into the prompt entry, once it is there, and presses Enter. */
  async enterPrompts(prompts: string): Promise<void> {
    await this.quickInput.waitFor();
    await this.quickInput.fill(prompts);
    await this.quickInput.press('Enter');
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  tab(label: string): Locator {
    return this.page.locator(`.tab[aria-label^="${label}"]`);
  }

  /** Labels of the open tabs, group after group. */
  tabs(): Promise<string[]> {
    return this.page.locator('.tab').evaluateAll((tabs) => tabs.map((tab) => tab.getAttribute('aria-label') ?? ''));
  }

  /** A button in the title bar of the editors. */
  titleButton(name: string): Locator {
    return this.page.locator(`.editor-group-container.active .editor-actions a[aria-label^="${name}"]`);
  }

  /** The page of VS Code's own image preview. */
  get imagePreview(): FrameLocator {
    return this.page
      .frameLocator('iframe.webview.ready[src*="extensionId=vscode.media-preview"]:visible')
      .frameLocator('iframe#active-frame');
  }

  /** Opens the context menu of a thing, chooses an entry of it. */
  async choose(thing: Locator, entry: string): Promise<void> {
    const item = this.menuItem(entry);
    // Something that takes the focus meanwhile, such as a preview that has just been loaded, closes the menu, or it opened before VS Code
    // knew what it is about: it stays as it opened, and in the way of the next click.
    for (let tries = 0; tries < 6; tries++) {
      await thing.click({ button: 'right' });
      if (await appears(item)) {
        // A menu ignores the mouse for its first moments, so that the click that opened it chooses nothing.
        await this.page.waitForTimeout(300);
        if (await succeeds(item.click({ timeout: 3000 }))) break;
      }
      await this.page.keyboard.press('Escape');
    }
    await this.page.locator('.context-view .monaco-menu').waitFor({ state: 'hidden' });
  }

  /** Closes every tab, and with them the panels. */
  async closeEditors(): Promise<void> {
    await this.command('View: Close All Editors');
    await this.page.locator('.tab').first().waitFor({ state: 'detached' });
  }

  menuItem(entry: string): Locator {
    return this.page.locator('.context-view .monaco-menu .action-item', { hasText: entry }).first();
  }

  /** Text of the entry that the arrow keys have reached in an open menu. */
  async focusedMenuItem(): Promise<string> {
    const texts = await this.page.locator('.context-view .monaco-menu .action-item.focused').allInnerTexts();
    return texts.at(-1)?.trim() ?? '';
  }

  /** Runs a command by its title, as typed in the palette. */
  async command(title: string): Promise<void> {
    await this.openPalette(title);
    await this.quickItem(title).waitFor();
    await this.quickInput.press('Enter');
  }

  /** A key that a preview gets while it loads is lost. */
  private async openPalette(title: string): Promise<void> {
    for (let tries = 0; tries < 6; tries++) {
      await this.page.keyboard.press('F1');
      if (await appears(this.quickInput)) break;
    }
    await this.quickInput.fill(`>${title}`);
  }

  /** Whether the palette lists a command under this title now. */
  async offersCommand(title: string): Promise<boolean> {
    await this.openPalette(title);
    // Something is always listed: similar commands, or that there is none.
    await this.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    const titles = await this.quickItems();
    await this.escape();
    return titles.some((listed) => listed.includes(title));
  }

  /** Leaves an open input or list. */
  async escape(): Promise<void> {
    await this.quickInput.press('Escape');
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  get quickTitle(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-title');
  }

  /** What the open input lists, each entry in one line. */
  async quickItems(): Promise<string[]> {
    const texts = await this.page.locator('.quick-input-list .monaco-list-row').allInnerTexts();
    return texts.map((text) => text.replace(/\s+/gu, ' ').trim());
  }

  /** Types a path into the workbench's own save dialog, and accepts it. */
  async saveAs(path: string): Promise<void> {
    const field = this.page.locator('.quick-input-widget:visible input[placeholder="Folder path"]');
    await field.waitFor();
    // The dialog writes its suggestion in its own time, and over what was typed before.
    await this.page.waitForFunction((box) => (box as HTMLInputElement).selectionStart !== (box as HTMLInputElement).selectionEnd, await field.elementHandle()); // prettier-ignore
    await field.fill(path);
    await field.press('Enter');
    await field.waitFor({ state: 'hidden' });
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

  /** A view of the side panel, its title bar and its content, by the beginning of its name. */
  view(name: string): Locator {
    return this.page.locator('.sidebar .pane').filter({ has: this.page.locator('.pane-header h3.title', { hasText: name }) }); // prettier-ignore
  }

  /** All lines of a view's tree that are on the screen. */
  treeRows(view: string): Locator {
    return this.view(view).locator('.pane-body .monaco-list-row');
  }

  /** Label of the selected line; '' where none is. */
  async selectedLine(view: string): Promise<string> {
    const labels = await this.view(view).locator('.monaco-list-row.selected .label-name').allInnerTexts();
    return labels.map((label) => label.replace(/\s+/gu, ' ').trim()).join(' and ');
  }

  /** Clicks on a button that unfolds a menu, and on an entry of that. */
  async choosesFrom(button: Locator, entry: string): Promise<void> {
    await button.click();
    await this.menuItem(entry).waitFor();
    await this.page.waitForTimeout(300);
    await this.menuItem(entry).click();
    await this.page.locator('.context-view .monaco-menu').waitFor({ state: 'hidden' });
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

const succeeds = (done: Promise<unknown>): Promise<boolean> =>
  done.then(
    () => true,
    () => false,
  );

const appears = (item: Locator): Promise<boolean> => succeeds(item.waitFor({ timeout: 4000 }));
