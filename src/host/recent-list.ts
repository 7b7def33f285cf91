import * as v from 'valibot';
import type { PanelRequest } from '../shared/panel-protocol';
import type { TextPanelRequest } from '../shared/text/panel-protocol';
import { savedTextPanel } from '../shared/text/panel-schemas';
import { textKeyOf } from './texts/request';

export type RecentRequest = PanelRequest | TextPanelRequest;

export interface RecentExplanation {
  readonly request: RecentRequest;
  /** Milliseconds since 1970. */
  readonly time: number;
}

const maxRecent = 30;
/** More than most models read; what is behind it is not kept. */
const maxText = 50_000;

const imageSchema: v.GenericSchema<unknown, PanelRequest> = v.object({
  images: v.pipe(v.array(v.string()), v.minLength(1)),
  prompts: v.array(v.string()),
  model: v.nullable(v.string()),
});
const timeSchema = v.object({ time: v.number(), request: v.unknown() });

/** What is stored may be from another version, or damaged: entries that are not as expected are left out. */
export const readRecent = (stored: unknown): readonly RecentExplanation[] =>
  Array.isArray(stored) ? stored.filter((entry): entry is RecentExplanation => isRecent(entry)) : [];

const isRecent = (entry: unknown): boolean =>
  v.is(timeSchema, entry) &&
  (v.is(imageSchema, entry.request) || v.is(savedTextPanel, { version: 1, request: entry.request }));

export const isOfTexts = (request: RecentRequest): request is TextPanelRequest => 'items' in request;

/**
 * An image has one entry for each model, whatever the prompts: the last ones are those that one comes back to. So has a text, whatever its target
 * and place.
 */
export const recentKey = (request: RecentRequest): string =>
  isOfTexts(request) ? textKeyOf(request) : JSON.stringify([request.images, request.model]);

export const sameRequest = (a: RecentRequest, b: RecentRequest): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The request comes first, without what it replaces: an older one of the same key, and `instead`. */
export function withRecent(
  list: readonly RecentExplanation[],
  request: RecentRequest,
  time: number,
  instead: RecentRequest | null = null,
): readonly RecentExplanation[] {
  const kept = keepable(request);
  const gone = new Set([recentKey(kept), ...(instead ? [recentKey(keepable(instead))] : [])]);
  return [{ request: kept, time }, ...list.filter((entry) => !gone.has(recentKey(entry.request)))].slice(0, maxRecent);
}

/** What is stored of a request: nothing that it does not need, and of an endless text its beginning, which stands at no place. */
export function keepable(request: RecentRequest): RecentRequest {
  if (!isOfTexts(request)) {
    const { images, prompts, model } = request;
    return { images, prompts, model };
  }
  return {
    items: request.items.map(({ text, pair, model, target, sources }) => {
      const long = Math.max(text.length, pair?.length ?? 0) > maxText;
      const kept = { text: text.slice(0, maxText), pair: pair?.slice(0, maxText) ?? null, model, target };
      return { ...kept, sources: long ? [] : sources };
    }),
  };
}

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
