import { UsageError } from '../../../src/shared/errors';
import { sketchHeads, type HeadSketch } from '../../../src/shared/head-sketch';
import type { TextExplanation } from '../../../src/shared/text/explanation';
import type {
  ChosenHeads,
  TextHostEvents,
  TextHostMethods,
  TextPanelEvents,
  TextPanelState,
} from '../../../src/shared/text/panel-protocol';
import { textHostParams, textPanelEvents } from '../../../src/shared/text/panel-schemas';
import { averagesOf, outlineOf } from '../../../src/shared/text/outline';
import { askedRequest, stillTied } from '../../../src/shared/text/request';
import { unpacked } from './packed';
import { hostInPage, type Answers, type Called } from './page-host';
import { madeIntegrated, madeText, madeTextHeads, madeTextStatistics, madeTextThumbnails } from './text-made';
import type { TextRecording } from './text-recording';
import { textRecordingsOf, textState, type WholeTextState } from './text-states';

/**
 * The extension as far as a text panel sees it, in the page itself: the same protocol, the same Rpc and the same validation at both ends, with
 * answers from recordings, or made up where there are none. Runs before the panel's script.
 */
export interface FakeTextHost extends Called<TextHostMethods> {
  readonly cursors: TextPanelEvents['cursor'][];
  readonly lights: TextPanelEvents['light'][];
  emit<K extends keyof TextHostEvents>(name: K, payload: TextHostEvents[K]): Promise<void>;
  /** Shows another state by the `state` event. */
  show(state: string): void;
  post(message: unknown): void;
  state(): TextPanelState | null;
}

declare global {
  interface Window {
    fakeTextHost: FakeTextHost;
  }
}

const options = window.hostOptions;
const recordings = (state: string): readonly TextRecording[] =>
  textRecordingsOf(state).map((name) => {
    const { json, base64 } = window.recordings![name]!;
    const binary = atob(base64);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
    return unpacked({ json, bytes }) as TextRecording;
  });

let recorded: readonly TextRecording[] = recordings(options.state);
const load = (state: string): WholeTextState =>
  textState(
    state,
    recorded.map(({ explained }) => explained),
  );
let current: WholeTextState | null = options.state === 'empty' ? null : load(options.state);

/** As the extension tells it. */
const told = (state: WholeTextState): TextPanelState => ({
  ...state,
  items: state.items.map((item) => ({ ...item, explained: outlineOf(item.explained) })),
});

const explainedAt = (item: number): TextExplanation => {
  const found = current?.items[item];
  if (!found) throw new UsageError(`There is no item ${item}.`);
  return found.explained;
};

/** What was recorded of the item that is shown; undefined after its text was changed. */
const recordingOf = (item: number): TextRecording | undefined =>
  recorded.find(({ explained }) => explained === current?.items[item]?.explained);

function sketchOf({ item, group, layer, gradient, exact }: ChosenHeads): HeadSketch {
  const explained = explainedAt(item);
  if (layer >= explained.attentions[group]!.layers) throw new UsageError(`There is no layer ${layer}.`);
  const whole = recordingOf(item)?.heads[`${group} ${layer}`] ?? madeTextHeads(explained, group, layer);
  return sketchHeads(gradient ? whole : { ...whole, gradient: null }, exact);
}

const answers: Answers<TextHostMethods> = {
  begin: () => (current ? told(current) : new Promise<never>(() => undefined)),
  open: () => told(current!),
  explain: ({ items, looked }) => {
    const before = current!;
    const explained = items.map((ask, i) => {
      if (ask.text.trim() === '') throw new UsageError('There is no text. Write at least a word.');
      if (ask.target === 'nonsense') throw new UsageError('The model has no output "nonsense". Choose another target.');
      const known = [...before.items, ...recorded].find(
        ({ explained: { texts, target } }) =>
          texts[0] === ask.text &&
          (texts[1] ?? null) === ask.pair &&
          (ask.target === null || ask.target === target.text),
      );
      if (known) return known.explained;
      const like = before.items[i]?.explained ?? before.items[0]!.explained;
      const { layers, heads } = like.attentions[0]!;
      const decoder = like.sequences.length > 1;
      return madeText({
        text: ask.text,
        ...(ask.pair === null ? {} : { pair: ask.pair }),
        layers,
        heads,
        model: like.model.name,
        decoder,
        target: ask.target,
        limit: like.model.maxTokens ?? 512,
      });
    });
    const request = askedRequest(before.request, items);
    current = {
      ...before,
      request,
      items: explained.map((one, i) => ({
        explained: one,
        place: stillTied(before.request.items[i], request.items[i]!) ? (before.items[i]?.place ?? null) : null,
      })),
      status: { kind: 'ready' },
    };
    return explained.map((one, i) => {
      const of = looked.find(({ item }) => item === i);
      return { explained: outlineOf(one), looked: of ? { of, heads: sketchOf(of) } : null };
    });
  },
  heads: (of) => sketchOf(of),
  thumbnails: ({ item, group, quantity }) =>
    recordingOf(item)?.thumbnails[`${group} ${quantity}`] ?? madeTextThumbnails(explainedAt(item), group, quantity),
  averages: ({ item }) => averagesOf(explainedAt(item)),
  statistics: ({ item }) => recordingOf(item)?.statistics ?? madeTextStatistics(explainedAt(item)),
  integrated: ({ item }) => recordingOf(item)?.integrated ?? madeIntegrated(explainedAt(item)),
  export: () => true,
  save: () => true,
  act: ({ action }) => {
    if (action === 'stop-comparing' && current) {
      const [item, request] = [current.items[0]!, current.request.items[0]!];
      current = { ...current, items: [item], request: { items: [request] } };
      void host.emit('state', told(current));
    }
    return null;
  },
};

const fakeHost: FakeTextHost = {
  calls: [],
  cursors: [],
  lights: [],
  delays: {},
  failures: {},
  running: {},
  emit: (name, payload) => host.emit(name, payload),
  show: (state) => {
    recorded = recordings(state);
    current = load(state);
    void host.emit('state', told(current));
  },
  post: (message) => window.postMessage(message, '*'),
  state: () => current,
};
window.fakeTextHost = fakeHost;

const host = hostInPage<TextHostMethods, TextPanelEvents, TextHostEvents>(fakeHost, {
  answers,
  saved: options.saved,
  params: textHostParams,
  events: textPanelEvents,
  onEvent: { cursor: (cursor) => fakeHost.cursors.push(cursor), light: (lit) => fakeHost.lights.push(lit) },
  log: (line) => console.error(line),
  failing: (method, message) => {
    if (method === 'explain') void host.emit('status', { kind: 'failed', error: 'usage', message, actions: ['retry'] });
  },
});
