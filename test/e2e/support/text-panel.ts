import type { Locator } from 'playwright-core';
import { LensPage, oneLine } from './panel';

/** The page of a text panel, as a person reads and uses it. */
export class TextPanelPage extends LensPage {
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

  /** Of two texts, the first one's. */
  protected override get enlarged(): Locator {
    return super.enlarged.first();
  }
}
