/** These run in the text panel's page. Playwright sends them there as text, so that they may use nothing from outside. */

export interface KeystrokeRequest {
  /** What the field holds after the keystroke. */
  readonly text: string;
  /** A word of it that the text before did not have. */
  readonly word: string;
}

/** Milliseconds from a change of the text field to the frame in which saliency, hidden states and the enlarged head are those of the new text. */
export async function timeOfKeystroke(_body: Element, { text, word }: KeystrokeRequest): Promise<number> {
  const field = document.querySelector<HTMLTextAreaElement>('[data-text-field="0"]')!;
  const shows = () =>
    document.querySelector('.saliency [role=listbox] [role=option]:nth-child(3)')?.textContent?.includes(word) &&
    document.querySelector('.head-view')?.textContent?.includes(word) &&
    document.querySelector('.heads-body')?.getAttribute('aria-busy') === 'false';
  const start = performance.now();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  await new Promise<void>((resolve) => {
    const check = () => (shows() ? resolve() : requestAnimationFrame(check));
    check();
  });
  await new Promise((resolve) => requestAnimationFrame(resolve));
  return performance.now() - start;
}
