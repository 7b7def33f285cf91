import { UsageError } from '../../../src/shared/errors';
import type { ExplanationRows, TowerRows } from '../../../src/shared/explanation';
import type { HeadTensors } from '../../../src/shared/heads-data';
import { layerCount } from '../../../src/shared/layers';
import type { HostEvents, HostMethods, PanelEvents, PanelState } from '../../../src/shared/panel-protocol';
import { hostParams, panelEvents } from '../../../src/shared/panel-schemas';
import { floatTensor, type FloatTensor } from '../../../src/shared/tensor';
import { madeExplained, madeHeads, madeStatistics, madeThumbnails } from './made';
import { unpacked, type Packed } from './packed';
import { hostInPage, type Answers, type Called } from './page-host';
import { headsKey, thumbnailsOf, type Recording } from './recording';
import { panelState, recordingsOf } from './states';

/**
 * The extension as far as a panel sees it, in the page itself: the same protocol, the same Rpc and the same validation at both ends, with
 * answers from recordings, or made up where there are none. Runs before the panel's script.
 */
export interface FakeHost extends Called<HostMethods> {
  readonly cursors: PanelEvents['cursor'][];
  /** Lines that the Rpc of either end dropped something with are on the console; these are the host's. */
  readonly log: string[];
  emit<K extends keyof HostEvents>(name: K, payload: HostEvents[K]): Promise<void>;
  /** Shows another state by the `state` event. */
  show(state: string): void;
  /** A message as any script of the page might post it. */
  post(message: unknown): void;
  state(): PanelState | null;
}

interface HostOptions {
  readonly state: string;
  /** What `getState` gives: what the window kept of an earlier panel. */
  readonly saved?: unknown;
  readonly concepts?: readonly string[];
  readonly told?: 'early' | 'missed';
}

declare global {
  interface Window {
    hostOptions: HostOptions;
    recordings?: Readonly<Record<string, { readonly json: unknown; readonly base64: string }>>;
    fakeHost: FakeHost;
    savedState: unknown;
  }
}

const opened = new Map<string, Recording>();

function recording(name: string): Recording {
  const known = opened.get(name);
  if (known) return known;
  const kept = window.recordings?.[name];
  if (!kept) throw new Error(`The page was served without the recording "${name}".`);
  const binary = atob(kept.base64);
  const bytes = new Uint8Array(binary.length);
  // A callback for each of ten million letters would take a second.
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  const made = unpacked({ json: kept.json, bytes } satisfies Packed) as Recording;
  opened.set(name, made);
  return made;
}

const options = window.hostOptions;
const concepts = options.concepts ?? [
  'bald man',
  'rocket',
  'ringed planet',
  'cow',
  'cat face',
  'bicycle',
  'crescent moon',
];
const load = (name: string): PanelState => panelState(name, recordingsOf(name).map(recording), concepts);
let names = recordingsOf(options.state);
let current: PanelState | null = options.state === 'empty' ? null : load(options.state);

/** Of one prompt of one image: recorded where it was, else made. Prompts keep their recording when others are added. */
function headsOf(image: number, layer: Parameters<typeof madeHeads>[1]): HeadTensors {
  const { explained } = current!.images[image]!;
  const source = names[image] === undefined ? null : recording(names[image]);
  const prompt =
    source?.explained.prompts.findIndex(({ text }) => text === explained.prompts[layer.prompt]!.text) ?? -1;
  const kept = source?.heads[headsKey(layer.tower, layer.layer, Math.max(0, prompt))];
  return prompt >= 0 && kept ? kept : madeHeads(explained, layer);
}

/** The engine's answer to other prompts: recorded rows for prompts that were recorded, made ones for the rest. */
function reexplained(explained: ExplanationRows, source: ExplanationRows, prompts: readonly string[]): ExplanationRows {
  const { vision, text } = source;
  const made = madeExplained({
    prompts,
    image: explained.image,
    grid: explained.grid,
    vision: {
      layers: vision.layers,
      heads: vision.heads,
      prefix: vision.prefix,
      pooling: vision.pooling?.heads ?? null,
    },
    text: { layers: text.layers, heads: text.heads, context: 77 },
    model: explained.model,
    warnings: explained.warnings,
  });
  const from = prompts.map((prompt) => source.prompts.findIndex(({ text }) => text === prompt));
  const said = made.prompts.map((prompt, k) => source.prompts[from[k]!] ?? prompt);
  const tokens = Math.max(...said.map((prompt) => prompt.tokens.length));
  const largest = Math.max(...said.map(({ logit }) => logit));
  const sum = said.reduce((total, { logit }) => total + Math.exp(logit - largest), 0);
  const softmax = explained.model.probabilities === 'softmax';
  return {
    ...made,
    prompts: said.map((p) => (softmax ? { ...p, probability: Math.exp(p.logit - largest) / sum } : p)),
    timings: explained.timings,
    vision: merged(made.vision, source.vision, from, vision.tokens),
    text: merged(made.text, source.text, from, tokens),
  };
}

function merged(made: TowerRows, source: TowerRows, from: readonly number[], tokens: number): TowerRows {
  const tensor = (a: FloatTensor, b: FloatTensor): FloatTensor => {
    const [entries, choices] = a.dims as [number, number];
    const data = new Float32Array(entries * choices * tokens);
    for (let k = 0; k < entries; k++) {
      const recorded = entries === 1 || from[k]! >= 0;
      const [pick, at] = recorded ? [b, entries === 1 ? 0 : from[k]!] : [a, k];
      const width = pick.dims[2]!;
      for (let c = 0; c < choices; c++) {
        const start = (at * choices + c) * width;
        data.set(pick.data.subarray(start, start + Math.min(width, tokens)), (k * choices + c) * tokens);
      }
    }
    return floatTensor([entries, choices, tokens], data);
  };
  return {
    ...made,
    tokens,
    relevance: tensor(made.relevance, source.relevance),
    signed: tensor(made.signed, source.signed),
    rollout: tensor(made.rollout, source.rollout),
    raw: tensor(made.raw, source.raw),
    gradCam: tensor(made.gradCam, source.gradCam),
  };
}

const answers: Answers<HostMethods> = {
  begin: () => {
    if (options.told === 'early') void host.emit('state', current!);
    return options.told ? null : (current ?? new Promise<never>(() => undefined));
  },
  open: () => current!,
  explain: ({ prompts }) => {
    if (prompts.length === 0) throw new UsageError('There is no prompt. Write at least one.');
    const images = current!.images.map((image, i) => {
      const source = names[i] === undefined ? image.explained : recording(names[i]).explained;
      return { ...image, explained: reexplained(image.explained, source, prompts) };
    });
    current = { ...current!, images, request: { ...current!.request, prompts }, status: { kind: 'ready' } };
    return images.map(({ explained }) => explained);
  },
  heads: ({ image, gradient, ...layer }) => {
    const shape = current!.images[image]!.explained[layer.tower];
    if (layer.layer >= layerCount(shape)) throw new UsageError(`There is no layer ${layer.layer}.`);
    const whole = headsOf(image, layer);
    return gradient ? whole : { ...whole, gradient: null };
  },
  thumbnails: ({ image, ...choice }) => {
    const { explained } = current!.images[image]!;
    const source = names[image] === undefined ? null : recording(names[image]);
    const prompt =
      source?.explained.prompts.findIndex(({ text }) => text === explained.prompts[choice.prompt]!.text) ?? -1;
    const kept = prompt < 0 ? undefined : source!.thumbnails[thumbnailsOf({ ...choice, prompt })];
    return kept ?? madeThumbnails(explained, choice);
  },
  statistics: ({ image }) => {
    const { explained } = current!.images[image]!;
    const source = names[image] === undefined ? null : recording(names[image]);
    const same = source?.explained.prompts.every(({ text }, k) => explained.prompts[k]?.text === text) ?? false;
    if (same && source!.explained.prompts.length === explained.prompts.length) return source!.statistics;
    return madeStatistics(explained);
  },
  export: () => true,
  save: () => true,
  act: () => null,
};

const fakeHost: FakeHost = {
  calls: [],
  cursors: [],
  log: [],
  delays: {},
  failures: {},
  running: {},
  emit: (name, payload) => host.emit(name, payload),
  show: (state) => {
    names = recordingsOf(state);
    current = load(state);
    void host.emit('state', current);
  },
  post: (message) => window.postMessage(message, '*'),
  state: () => current,
};
window.fakeHost = fakeHost;

const host = hostInPage<HostMethods, PanelEvents, HostEvents>(fakeHost, {
  answers,
  saved: options.saved,
  params: hostParams,
  events: panelEvents,
  onEvent: { cursor: (cursor) => fakeHost.cursors.push(cursor) },
  log: (line) => fakeHost.log.push(line),
});
