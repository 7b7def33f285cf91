import { basename, join } from 'node:path';
import type { EngineClient } from '../../../src/engine/client';
import type { ExplanationRows, Tower } from '../../../src/shared/explanation';
import type { HeadQuantity, HeadTensors, HeadThumbnails } from '../../../src/shared/heads-data';
import { rowsOf } from '../../../src/shared/rows';
import { shrunk } from '../../../src/shared/shrink';
import { floatTensor, type FloatTensor, type TensorMap } from '../../../src/shared/tensor';
import { statisticsFrom, thumbnailsFrom } from './heads-made';
import { recordedFiles, root, type Recorder } from './recorded-files';
import { headsKey, thumbnailsOf, type Recording } from './recording';

/** What the bundled model says of a sample, from the real engine, kept in .cache/webview: a change of these files makes it anew. */
const inputs = [
  'src/shared/rows.ts',
  'src/shared/explanation.ts',
  'src/shared/heads-data.ts',
  'test/webview/support/record.ts',
  'test/webview/support/heads-made.ts',
  'models/emoji-clip/explain.json',
];
const model = join(root, 'models/emoji-clip');
/** Longer side of the photo that goes to the panel, as in src/host. */
const longestSide = 1600;

const space = ['a bald man', 'a rocket in space', 'a ringed planet', 'a cow'];
const both = ['a bicycle', 'a rocket in space', 'a bald man'];
const recordings: Readonly<Record<string, { readonly image: string; readonly prompts: readonly string[] }>> = {
  space: { image: 'space.png', prompts: space },
  meadow: { image: 'meadow.jpg', prompts: ['a dog', 'a cat', 'a butterfly', 'a fish'] },
  sea: { image: 'sea-wide.jpg', prompts: ['an octopus', 'a tropical fish', 'a spiral shell', 'a sailboat'] },
  street: { image: 'street-portrait.png', prompts: ['a bicycle', 'a balloon', 'a house', 'a penguin'] },
  'both-space': { image: 'space.png', prompts: both },
  'both-street': { image: 'street-portrait.png', prompts: both },
};

export const recordedScripts = (names: readonly string[]): Promise<ReadonlyMap<string, string>> =>
  recordedFiles(recorder, names);

const recorder: Recorder = {
  prefix: '',
  sources: (name) => ({
    request: recordings[name],
    files: [...inputs, `media/samples/${recordings[name]!.image}`],
  }),
  record,
};

async function record(engine: EngineClient, name: string): Promise<Recording> {
  const { image: file, prompts } = recordings[name]!;
  const image = { path: join(root, 'media/samples', file) };
  const request = { image, prompts, model, onLongPrompt: 'truncate', tensors: true, session: {} } as const;
  // Twice, so that the times are those of an engine that is warm.
  await engine.call('explainImage', request);
  const { explanation, tensors } = await engine.call('explainImage', request);
  const { image: photo } = shrunk(await engine.call('decodeImage', { image }), longestSide);
  const full = rowsOf(explanation);
  // No paths of this machine.
  const explained: ExplanationRows = {
    ...full,
    model: { ...full.model, path: 'models/emoji-clip' },
    image: { ...full.image, path: basename(file) },
  };
  const heads = new Map<string, HeadTensors>();
  const thumbnails = new Map<string, HeadThumbnails>();
  const headsOf = (tower: Tower, layer: number, prompt: number) => heads.get(headsKey(tower, layer, prompt))!;
  for (const tower of ['vision', 'text'] as const) {
    for (let layer = 0; layer < explained[tower].layers; layer++)
      prompts.forEach((_, prompt) =>
        heads.set(headsKey(tower, layer, prompt), cut(explained, tensors!, tower, layer, prompt)),
      );
    for (const quantity of ['attention', 'gradient', 'product'] as readonly HeadQuantity[])
      prompts.forEach((_, prompt) => {
        const choice = { tower, prompt, quantity };
        thumbnails.set(thumbnailsOf(choice), thumbnailsFrom(explained, headsOf, choice));
      });
  }
  return {
    name: file,
    photo: { width: photo.width, height: photo.height, data: photo.data },
    explained,
    heads: Object.fromEntries(heads),
    thumbnails: Object.fromEntries(thumbnails),
    statistics: statisticsFrom(explained, headsOf),
  };
}

/** One layer's heads for one prompt. In the text tower the batch's entry, without the padding. */
function cut(explained: ExplanationRows, tensors: TensorMap, tower: Tower, layer: number, prompt: number): HeadTensors {
  const attention = tensors[`${tower}.attention.${layer}`] as FloatTensor;
  const gradient = tensors[tower === 'vision' ? `vision.gradient.${prompt}.${layer}` : `text.gradient.${layer}`];
  const own = tower === 'vision' ? explained.vision.tokens : explained.prompts[prompt]!.tokens.length;
  const part = ({ dims, data }: FloatTensor): FloatTensor => {
    const [heads, all] = dims.slice(-3) as [number, number];
    const entry = dims.length === 4 && dims[0]! > 1 ? prompt : 0;
    const out = new Float32Array(heads * own * own);
    for (let h = 0; h < heads; h++)
      for (let q = 0; q < own; q++) {
        const from = ((entry * heads + h) * all + q) * all;
        out.set(data.subarray(from, from + own), (h * own + q) * own);
      }
    return floatTensor([heads, own, own], out);
  };
  return { attention: part(attention), gradient: part(gradient as FloatTensor) };
}
