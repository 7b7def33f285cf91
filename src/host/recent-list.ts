import * as v from 'valibot';
import type { PanelRequest } from '../shared/panel-protocol';

export interface RecentExplanation {
  readonly request: PanelRequest;
  /** Milliseconds since 1970. */
  readonly time: number;
}

const maxRecent = 30;

const schema: v.GenericSchema<unknown, RecentExplanation> = v.object({
  request: v.object({
    images: v.pipe(v.array(v.string()), v.minLength(1)),
    prompts: v.array(v.string()),
    model: v.nullable(v.string()),
  }),
  time: v.number(),
});

/** What is stored may be from another version, or damaged: entries that are not as expected are left out. */
export const readRecent = (stored: unknown): readonly RecentExplanation[] =>
  Array.isArray(stored) ? stored.filter((entry): entry is RecentExplanation => v.is(schema, entry)) : [];

/** An image has one entry for each model, whatever the prompts: the last ones are those that one comes back to. */
export const recentKey = ({ images, model }: PanelRequest): string => JSON.stringify([images, model]);

export const sameRequest = (a: PanelRequest, b: PanelRequest): boolean =>
  recentKey(a) === recentKey(b) && JSON.stringify(a.prompts) === JSON.stringify(b.prompts);

export const withRecent = (
  list: readonly RecentExplanation[],
  { images, prompts, model }: PanelRequest,
  time: number,
): readonly RecentExplanation[] =>
  [
    { request: { images, prompts, model }, time },
    ...list.filter(({ request }) => recentKey(request) !== recentKey({ images, prompts, model })),
  ].slice(0, maxRecent);

/** "just now", "12 min ago", "3 h ago", "yesterday", "5 days ago", then the day. */
export function ago(time: number, now: number): string {
  const minutes = Math.floor((now - time) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  const days = Math.floor(minutes / (24 * 60));
  if (days === 1) return 'yesterday';
  return days < 30 ? `${days} days ago` : new Date(time).toISOString().slice(0, 10);
}
