import type { FrameLocator, Locator } from 'playwright-core';
import type { Window } from './driver';
import { oneLine } from './panel';

/** The page of a text panel, as a person reads and uses it. */
export class TextPanelPage {
  constructor(private readonly window: Window) {}

  get frame(): FrameLocator {
    return this.window.panel;
  }

  /** Resolves when an explanation is there. */
  async shown(): Promise<void> {
    await this.saliency.waitFor({ timeout: 60_000 });
  }

  get saliency(): Locator {
    return this.frame.getByRole('region', { name: 'Saliency', exact: true });
  }

  get hidden(): Locator {
    return this.frame.getByRole('region', {
      name: 'Hidden states',
      exact: true,
    });
  }

  get heads(): Locator {
    return this.frame.getByRole('region', { name: 'Heads', exact: true });
  }

  /** The shaded text of the first method that is shown. */
  get shaded(): Locator {
    return this.saliency.getByRole('listbox').first();
  }

  /** "fox 63.9" for every token or word, in order. */
  async numbers(): Promise<string[]> {
    const options = await this.shaded.getByRole('option').allInnerTexts();
    return options.map(oneLine);
  }

  /** A token of the shaded text, by its place among equal ones. */
  token(text: string, index = 0): Locator {
    return this.shaded.getByRole('option', { name: text }).nth(index);
  }

  /** Text of the chosen token. */
  async chosenToken(): Promise<string> {
    const texts = await this.shaded.locator('[role=option][aria-selected=true]').allInnerTexts();
    return texts.map((text) => oneLine(text).split(' ')[0]).join(' and ');
  }

  /** The field that the first or second text is written in. */
  field(index = 0): Locator {
    return this.frame.locator(`[data-text-field="${index}"]`);
  }

  choice(group: string, name: string | RegExp): Locator {
    return this.frame.getByRole('radiogroup', { name: group, exact: true }).getByRole('radio', { name, exact: true });
  }

  /** Scrolls to the heads, which are fetched when they come near. */
  async bringHeads(): Promise<void> {
    await this.frame.locator('.heads-toolbar').scrollIntoViewIfNeeded();
    await this.frame.locator('.enlarged').first().waitFor({ timeout: 30_000 });
  }

  /** "head 3 of layer 5", as the enlarged head's name says. */
  async headCursor(): Promise<string> {
    return (await this.frame.locator('.enlarged').first().getAttribute('aria-label')) ?? '';
  }

  /** What the panel says instead of, or besides, its views. */
  get message(): Locator {
    return this.frame.locator('.message');
  }
}
