import type { ExplanationRows } from '../../../src/shared/explanation';
import type { PanelImage, PanelSettings, PanelState, PanelStatus } from '../../../src/shared/panel-protocol';
import { clipModel, madeExplained, madePhoto, type Shape } from './made';
import type { Recording } from './recording';

/** The panels that tests and screenshots open, by name. Those that need no recording are made in the page. */
const settings: PanelSettings = {
  method: 'relevance',
  colourMap: 'inferno',
  layers: null,
  textLayers: null,
  live: false,
};

const ready: PanelStatus = { kind: 'ready' };

export const hostilePrompts: readonly string[] = [
  '<img src=x onerror="window.hacked=1">',
  '</script><script>window.hacked=1</script>',
  'ראש קירח של איש 12.34 שמח',
  '\u202Ereversed by a mark\u202C and 99.9 %',
  '👩‍👩‍👧‍👦 a family 🏳️‍🌈 of emoji 🚀',
  'x'.repeat(10_000),
  'word '.repeat(400).trim(),
  '__proto__ constructor; toString',
  '${window.hacked=1} {{hacked}} &lt;b&gt; "quoted" \'too\'',
];

export const hostileName = '"><img src=x onerror=window.hacked=1> \u202Egnp.exe 👾 ' + 'long '.repeat(60) + '.png';

const things = [
  'dog',
  'red car',
  'tall tree',
  'smiling person',
  'wooden table',
  'green apple',
  'old church',
  'sailing boat',
];

const shape = (prompts: readonly string[]): Shape => ({
  prompts,
  image: { path: '/photos/hill.jpg', width: 900, height: 600, crop: { x: 150, y: 0, width: 600, height: 600 } },
  grid: [7, 7],
  vision: { layers: 12, heads: 12, prefix: 1, pooling: null },
  text: { layers: 12, heads: 8, context: 77 },
  model: clipModel,
  warnings: [],
});

const made: Readonly<Record<string, () => { readonly shape: Shape; readonly name: string }>> = {
  'one-prompt': () => ({ shape: shape(['a dog']), name: 'hill.jpg' }),
  'sixty-prompts': () => ({
    shape: shape(Array.from({ length: 60 }, (_, i) => `a photo of a ${things[i % things.length]}, number ${i}`)),
    name: 'hill.jpg',
  }),
  big: () => ({
    shape: {
      ...shape(['a dog on a hill', 'the evening sun', 'a boat']),
      grid: [24, 24],
      vision: { layers: 24, heads: 16, prefix: 1, pooling: null },
      model: { ...clipModel, name: 'made-clip-large-patch14-336' },
    },
    name: 'hill.jpg',
  }),
  siglip: () => ({
    shape: {
      ...shape(['a dog', 'the evening sun', 'a hill with grass']),
      image: { path: '/photos/hill.jpg', width: 900, height: 600, crop: { x: 0, y: 0, width: 900, height: 600 } },
      grid: [14, 14],
      vision: { layers: 12, heads: 12, prefix: 0, pooling: 12 },
      model: {
        ...clipModel,
        name: 'made-siglip',
        kind: 'siglip',
        probabilities: 'sigmoid',
        logitScale: { value: 117.33, bias: -12.93, assumed: true },
      },
    },
    name: 'hill.jpg',
  }),
  hostile: () => ({
    shape: {
      ...shape(hostilePrompts),
      model: { ...clipModel, name: '<b>model</b>', about: 'About <img src=x onerror="window.hacked=1"> this.' },
      warnings: ['A warning with <script>window.hacked=1</script> in it.'],
    },
    name: hostileName,
  }),
};

/** Recordings of each recorded state, in the order of its images. */
const recorded: Readonly<Record<string, readonly string[]>> = {
  space: ['space'],
  meadow: ['meadow'],
  sea: ['sea'],
  street: ['street'],
  compare: ['both-space', 'both-street'],
};

export const statuses: Readonly<Record<string, PanelStatus>> = {
  working: { kind: 'working', stage: 'Running the model', fraction: 0.4, cancellable: true },
  cancelled: { kind: 'cancelled' },
  failed: {
    kind: 'failed',
    error: 'crashed',
    message: 'The engine ended unexpectedly while it ran the model. Try again; the log says what it said last.',
    actions: ['retry', 'show-log', 'copy-diagnostics'],
  },
  changed: { kind: 'changed' },
  gone: { kind: 'gone' },
};

/**
 * NAME, or NAME+STATUS for what is shown beside it (`space+working`), or `none+STATUS` where no explanation is here yet. `empty`: the
 * extension has not answered.
 */
const stateNames: readonly string[] = [...Object.keys(recorded), ...Object.keys(made)];

const statusNames: readonly string[] = Object.keys(statuses);

/** Names of the recordings that a state needs. */
export const recordingsOf = (state: string): readonly string[] => recorded[state.split('+')[0]!] ?? [];

export function panelState(state: string, recordings: readonly Recording[], concepts: readonly string[]): PanelState {
  const [name, statusName] = state.split('+') as [string, string?];
  const images = name === 'none' ? [] : imagesOf(name, recordings);
  const status = statusName ? statuses[statusName] : ready;
  if (!status) throw new Error(`No status "${statusName}"; there are ${statusNames.join(', ')}.`);
  return {
    request: {
      images: images.length > 0 ? images.map(({ uri }) => uri) : ['file:///photos/none.png'],
      prompts: images[0]?.explained.prompts.map(({ text }) => text) ?? ['a dog'],
      model: null,
    },
    images,
    status,
    settings,
    concepts,
    head: null,
  };
}

function imagesOf(name: string, recordings: readonly Recording[]): PanelImage[] {
  if (recorded[name])
    return recordings.map(({ name, photo, explained }) => ({ uri: `file:///samples/${name}`, name, photo, explained }));
  const making = made[name];
  if (!making) throw new Error(`No state "${name}"; there are ${stateNames.join(', ')}.`);
  const { shape, name: file } = making();
  const explained: ExplanationRows = madeExplained(shape);
  const { width, height } = shape.image;
  return [
    { uri: `file:///photos/${encodeURIComponent(file)}`, name: file, photo: madePhoto(width, height), explained },
  ];
}
