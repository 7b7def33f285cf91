import type { FrameLocator, Locator } from 'playwright-core';
import type { Window } from './driver';

/** A panel's page, as a person reads and uses it: by roles and names. What the pages of images and of texts have in common. */
export abstract class LensPage {
  constructor(private readonly window: Window) {}

  /** Resolves when an explanation is there. */
  abstract shown(): Promise<void>;

  get frame(): FrameLocator {
    return this.window.panel;
  }

  /** One of a few, by the name of the group and its own. */
  choice(group: string | RegExp, name: string | RegExp): Locator {
    const exact = typeof group === 'string';
    return this.frame.getByRole('radiogroup', { name: group, exact }).getByRole('radio', { name, exact: true });
  }

  get heads(): Locator {
    return this.frame.getByRole('region', { name: 'Heads', exact: true });
  }

  /** The enlarged head. */
  protected get enlarged(): Locator {
    return this.frame.locator('.enlarged');
  }

  /** "head 3 of layer 5", as the enlarged head's name says. */
  async headCursor(): Promise<string> {
    return (await this.enlarged.getAttribute('aria-label')) ?? '';
  }

  /** Scrolls to the heads, which are fetched when they come near. */
  async bringHeads(): Promise<void> {
    await this.frame.locator('.heads-toolbar').scrollIntoViewIfNeeded();
    await this.enlarged.waitFor({ timeout: 30_000 });
  }

  /** What the panel says instead of, or besides, its views. */
  get message(): Locator {
    return this.frame.locator('.message');
  }
}

/** The page of an image's panel. */
export class PanelPage extends LensPage {
  async shown(): Promise<void> {
    await this.table.waitFor({ timeout: 60_000 });
  }

  get table(): Locator {
    return this.frame.locator('table.prompts');
  }

  row(prompt: string): Locator {
    return this.table.locator('tbody tr').filter({ has: this.frame.getByText(prompt, { exact: true }) });
  }

  /** In the order of the rows. */
  prompts(): Promise<string[]> {
    return this.table.locator('.prompt-text').allInnerTexts();
  }

  /** The text of the chosen row; '' while there is none. */
  async target(): Promise<string> {
    return (await this.table.locator('tr.chosen .prompt-text').allInnerTexts()).join(' and ');
  }

  /** Percent, as the table says: "99.4 %". */
  probability(prompt: string): Promise<string> {
    return this.row(prompt).locator('.percent').first().innerText();
  }

  get addField(): Locator {
    return this.frame.getByRole('combobox', { name: 'Add a prompt' });
  }

  /** The large picture, or the first of two. */
  get picture(): Locator {
    return this.frame.locator('.picture .photo-frame').first();
  }

  get heat(): Locator {
    return this.frame.locator('.picture canvas.heat').first();
  }

  /** "0.322 · strongest: patch 34 · …": what stands under the picture. */
  async legend(): Promise<string> {
    return oneLine(await this.frame.locator('.picture-legend').first().innerText());
  }

  /** Name of the chosen one. */
  async chosen(group: string | RegExp): Promise<string> {
    const exact = typeof group === 'string';
    const radio = this.frame.getByRole('radiogroup', { name: group, exact }).locator('[role=radio][aria-checked=true]');
    return oneLine((await radio.allInnerTexts()).join(' '));
  }

  get words(): Locator {
    return this.frame.locator('.words-section');
  }

  head(index: number): Locator {
    return this.frame.locator(`.head-tile[data-index="${index}"]`);
  }

  async openExports(): Promise<void> {
    await this.frame.getByRole('button', { name: 'export' }).click();
    await this.frame.getByRole('menu', { name: 'Export' }).waitFor();
  }

  exportItem(name: string | RegExp): Locator {
    return this.frame.getByRole('menuitem', { name });
  }
}

export const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim();

/** Another number for another picture on a canvas: FNV-1a of its pixels. */
export const ink = (canvas: Locator): Promise<number> =>
  canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
    let hash = 0x811c9dc5;
    for (const byte of data) hash = Math.imul(hash ^ byte, 0x01000193);
    return hash >>> 0;
  });
