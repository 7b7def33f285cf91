import type { TextPanel } from '../../../src/host/panels/text-panel';
import type {
  TextAsk,
  TextHostEvents,
  TextHostMethods,
  TextPanelRequest,
  TextSource,
} from '../../../src/shared/text/panel-protocol';
import { lens } from './lens';
import { Page } from './page';
import { until } from './until';

export type TextPage = Page<TextHostMethods, TextHostEvents>;

export const fox = 'The quick brown fox jumps over the lazy dog.';

export const askFor = (text: string, pair: string | null = null, target: string | null = null): TextAsk => ({
  text,
  pair,
  model: null,
  target,
});

export const requestFor = (text: string, source: TextSource | null = null): TextPanelRequest => ({
  items: [{ ...askFor(text), sources: [source] }],
});

interface WithPage {
  readonly page: TextPage;
  readonly panel: TextPanel;
}

/** A text panel of the extension with a test for its page. */
export async function textPanelWithPage(request: TextPanelRequest): Promise<WithPage> {
  const { testing } = await lens();
  const page: TextPage = new Page();
  await testing.texts.restore(page, request);
  return { page, panel: testing.texts.all.find(({ webview }) => webview === page)! };
}

/** The same, once it shows its explanation. */
export async function explainedTextPage(request: TextPanelRequest): Promise<WithPage> {
  const made = await textPanelWithPage(request);
  await explained(made.panel);
  return made;
}

export const explained = (panel: TextPanel): Promise<unknown> =>
  until(() => panel.items.length > 0 && panel.status.kind === 'ready', 'an explanation', {
    said: () => JSON.stringify(panel.status),
  });

/** The only text panel, once it is there and shows its explanation. */
export async function onlyTextPanel(): Promise<TextPanel> {
  const { testing } = await lens();
  const panel = await until(() => testing.texts.all[0], 'a text panel');
  await explained(panel);
  return panel;
}

/** What the panel shows. */
export const textsIn = (panel: TextPanel): readonly (readonly string[])[] =>
  panel.items.map(({ explained: { texts } }) => texts);
