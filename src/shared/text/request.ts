import type { TextAsk, TextPanelRequest } from './panel-protocol';

type RequestItem = TextPanelRequest['items'][number];

/** The questions of a panel, without where their texts come from. */
export const asksOf = ({ items }: TextPanelRequest): readonly TextAsk[] =>
  items.map(({ text, pair, model, target }) => ({ text, pair, model, target }));

/** A request after other texts were asked for: a text that was edited is no longer tied to its document. */
export const askedRequest = (before: TextPanelRequest, asked: readonly TextAsk[]): TextPanelRequest => ({
  items: asked.map((ask, i) => ({ ...ask, sources: keptSources(before.items[i], ask) })),
});

const keptSources = (before: RequestItem | undefined, { text, pair }: TextAsk): RequestItem['sources'] => [
  before?.text === text ? (before.sources[0] ?? null) : null,
  ...(pair === null ? [] : [before?.pair === pair ? (before.sources[1] ?? null) : null]),
];

/** Whether both are about the same texts, wherever these stand. */
export const sameTexts = (a: TextPanelRequest, b: TextPanelRequest): boolean =>
  a.items.length === b.items.length &&
  a.items.every(({ text, pair }, i) => text === b.items[i]!.text && pair === b.items[i]!.pair);

/** Whether all texts of an item that were tied to a document still are. */
export const stillTied = (before: RequestItem | undefined, after: RequestItem): boolean =>
  before !== undefined && before.sources.every((source, i) => source === null || (after.sources[i] ?? null) !== null);
