import type { Page } from 'playwright-core';
import type { ExplanationRows, Method } from '../../../src/shared/explanation';
import { keptRow } from '../../../src/shared/rows';
import { panelState } from './states';

/** What the page shows in a state that is made in the page itself. */
export const madeRows = (state: string): ExplanationRows => panelState(state, [], []).images[0]!.explained;

/** One method's map of a prompt, for one layer range: [patches]. */
export const mapOf = ({ vision, grid }: ExplanationRows, method: Method, prompt: number, layer: number): Float32Array =>
  keptRow(vision, method, { first: layer, last: layer }, prompt).slice(
    vision.prefix,
    vision.prefix + grid[0] * grid[1],
  );

/** Replaces the vision tower's relevance, for every prompt and range, by numbers of the test's own: [patches]. */
export async function showMap(
  page: Page,
  map: readonly number[],
  key: 'relevance' | 'signed' = 'relevance',
): Promise<void> {
  await page.evaluate(
    async ([map, key]) => {
      const state = structuredClone(window.fakeHost.state()!);
      for (const { explained } of state.images) {
        const { prefix } = explained.vision;
        const { dims, data } = explained.vision[key];
        const [entries, choices, tokens] = dims as [number, number, number];
        for (let row = 0; row < entries * choices; row++) data.set(map, row * tokens + prefix);
      }
      await window.fakeHost.emit('state', state);
    },
    [map, key] as const,
  );
  await settled(page);
}

/** Two frames later. */
export const settled = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
