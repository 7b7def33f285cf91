import type { FrameLocator, Keyboard } from 'playwright-core';

export interface TabStop {
  /** As a screen reader would begin: label, text, or title. */
  readonly name: string;
  readonly html: string;
  /** It, or what surrounds it, looks other than without the focus. */
  readonly shown: boolean;
}

/** What Tab visits from where the focus is until it leaves the page; at most `limit` stops. */
export async function tabStops(frame: FrameLocator, keyboard: Keyboard, limit: number): Promise<TabStop[]> {
  const stops: TabStop[] = [];
  while (stops.length < limit) {
    await keyboard.press('Tab');
    const stop = await frame.locator('body').evaluate(stopNow);
    if (!stop) break;
    stops.push(stop);
  }
  return stops;
}

/** Runs in the page. Takes the focus away for a moment to compare; Tab goes on from there. */
function stopNow(): TabStop | null {
  if (!document.hasFocus()) return null;
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  if (!active || active === document.body) return null;
  const around: Element[] = [];
  for (let at: Node | null = active; at && around.length < 8; at = at.parentNode ?? (at as ShadowRoot).host)
    if (at instanceof Element) around.push(at, ...Array.from(at.children).slice(0, 6));
  const looks = () =>
    around.map((element) => {
      const { outline, outlineOffset, boxShadow, border, backgroundColor, textDecoration, visibility } =
        getComputedStyle(element);
      return [
        outline,
        outlineOffset,
        boxShadow,
        border,
        backgroundColor,
        textDecoration,
        visibility,
        element.className,
      ].join('|');
    });
  const focused = looks();
  const host = active.getRootNode() instanceof ShadowRoot ? (active.getRootNode() as ShadowRoot).host : active;
  const labelled = document.getElementById(host.getAttribute('aria-labelledby') ?? '');
  const label = host.closest('label')?.textContent ?? '';
  const name = [host.getAttribute('aria-label'), labelled?.textContent, label, host.textContent, host.getAttribute('title')]; // prettier-ignore
  (active as HTMLElement).blur();
  const blurred = looks();
  return {
    name: name.map((text) => text?.replace(/\s+/gu, ' ').trim() ?? '').find((text) => text !== '') ?? '',
    html: host.outerHTML.slice(0, 160),
    shown: focused.some((look, i) => look !== blurred[i]),
  };
}
