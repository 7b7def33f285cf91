/** These run in the panel's page. Playwright sends them there as text, so that they may use nothing from outside. */

export interface SwitchRequest {
  /** Keys that are pressed in turn, one for each switch; or names of colour maps that are chosen. */
  readonly keys: readonly string[];
  readonly maps: boolean;
  readonly times: number;
}

/**
 * Milliseconds of each switch: from the event to the end of script, style and layout, which is what has to fit into a frame. Waiting for
 * the screen's own next frame is not part of it.
 */
export async function timeSwitches(_body: Element, { keys, maps, times }: SwitchRequest): Promise<number[]> {
  const later = () =>
    new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve();
      port2.postMessage(0);
    });
  const frame = () => new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const next = keys[i % keys.length];
    // Effects of the last switch have run, and the page is at rest.
    await frame();
    await frame();
    await later();
    const start = performance.now();
    if (maps) {
      const chooser = document.querySelector<HTMLSelectElement>('[aria-label="Colours"]')!;
      chooser.value = next;
      chooser.dispatchEvent(new Event('change', { bubbles: true }));
    } else {
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: next, bubbles: true, cancelable: true }));
    }
    await later();
    document.body.getBoundingClientRect();
    taken.push(performance.now() - start);
  }
  return taken;
}

/** Resolves with the time (ms since 1970) of the frame after the first cell of the table says `prompt` and its picture is drawn. */
export async function timeOfPicture(_body: Element, prompt: string): Promise<number> {
  const shows = () => document.querySelector('.probabilities .prompt-text')?.textContent?.includes(prompt);
  await new Promise<void>((resolve) => {
    const check = () => (shows() ? resolve() : requestAnimationFrame(check));
    check();
  });
  await new Promise((resolve) => requestAnimationFrame(resolve));
  return performance.timeOrigin + performance.now();
}
