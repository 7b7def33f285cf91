import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import * as ort from 'onnxruntime-node';
import { Kept } from '../../src/engine/kept';
import { decodeImage } from '../../src/engine/images';
import { HeadSource } from '../../src/explain/clip/head-source';
import type { HeadStore } from '../../src/explain/part-source';
import { questionOf, type Question } from '../../src/explain/clip/question';
import { seeImage } from '../../src/explain/clip/seen-image';
import { withTowers, type TowersSession } from '../../src/explain/clip/session';
import { statisticsOf } from '../../src/explain/clip/statistics';
import { thumbnailsOf } from '../../src/explain/clip/thumbnails';
import { readModelFolder } from '../../src/explain/models';
import { Cancelled } from '../../src/shared/errors';
import type { GradientChoice, LayerOfHeads } from '../../src/shared/heads-data';
import type { FloatTensor } from '../../src/shared/tensor';
import { localRuntime } from './support/ort';

const model = readModelFolder(join(process.cwd(), 'models/emoji-clip'));
const prompts = ['a rocket', 'a ringed planet'];

/** Gives `use` a session of the bundled model that counts its runs. */
async function asking(use: (session: TowersSession, question: Question, runs: () => number) => Promise<void>) {
  const { image, warnings } = await decodeImage(join(process.cwd(), 'media/samples/space.png'));
  let runs = 0;
  await withTowers(localRuntime, model, (opened) => {
    const session: TowersSession = { ...opened, run: (...feeds) => (runs++, opened.run(...feeds)) };
    const seen = seeImage(model, image, warnings);
    return use(session, questionOf(session.info, { seen, prompts, model, onLongPrompt: 'error' }), () => runs);
  });
}

/** As the engine's: half of what is kept may come at once. */
const store = (bytes: number): HeadStore => {
  const kept = new Kept(2 * bytes);
  return { room: bytes, get: (name) => kept.get<FloatTensor>(name), set: (n, t) => kept.set(n, t, t.data.byteLength) };
};

const forgetful: HeadStore = { room: 2 ** 30, get: () => undefined, set: () => undefined };

const visits: readonly (LayerOfHeads & GradientChoice)[] = [
  { tower: 'vision', layer: 0, prompt: 0, gradient: true },
  { tower: 'vision', layer: 0, prompt: 1, gradient: true },
  { tower: 'vision', layer: 5, prompt: 1, gradient: true },
  { tower: 'text', layer: 3, prompt: 0, gradient: true },
  { tower: 'vision', layer: 0, prompt: 0, gradient: true },
];

/** A layer of the image tower: 6 heads of 65 tokens, A and two gradients. */
const oneLayer = 3 * 6 * 65 * 65 * 4;

for (const [what, heads, wanted] of [
  ['a small model: everything, in one run', () => store(2 ** 28), 1],
  ['a tower', () => store(6 * oneLayer), 2],
  ['a layer, and the last of them again once it was driven out', () => store(oneLayer), 4],
  ['nothing', () => store(0), 5],
  ['all, and it is forgotten at once', () => forgetful, 5],
] as const)
  test(`heads with room for ${what}`, () =>
    asking(async (session, question, runs) => {
      const free = new HeadSource(session, question, store(2 ** 28));
      const source = new HeadSource(session, question, heads());
      const expected = [];
      for (const at of visits) expected.push(await free.layer(at));
      const before = runs();
      for (const [i, at] of visits.entries()) assert.deepEqual(await source.layer(at), expected[i]);
      assert.equal(runs() - before, wanted);
    }));

test('what is kept holds no more memory than it says', () =>
  asking(async (session, question) => {
    const found = new Map<string, FloatTensor>();
    const keeping = { room: 2 ** 28, get: () => undefined, set: (name: string, t: FloatTensor) => found.set(name, t) };
    await new HeadSource(session, question, keeping).layer(visits[0]);
    assert.equal(found.size, 6 + 2 * 6 + 2 * 2 * 4);
    for (const { data } of found.values()) assert.equal(data.buffer.byteLength, data.byteLength);
  }));

test('statistics and thumbnails of a large model take a run for every few layers, and say the same', () =>
  asking(async (session, question, runs) => {
    const go = () => Promise.resolve();
    const choice = { tower: 'vision', prompt: 1, quantity: 'product' } as const;
    const free = new HeadSource(session, question, store(2 ** 28));
    const statistics = await statisticsOf(free, question, go);
    const thumbnails = await thumbnailsOf(free, question, choice, go);
    const large = new HeadSource(session, question, store(0), 2 * oneLayer);

    const done: number[] = [];
    const before = runs();
    assert.deepEqual(await statisticsOf(large, question, (part) => (done.push(part), Promise.resolve())), statistics);
    // Six layers of the image in pairs; the text's four are small.
    assert.equal(runs() - before, 4);
    assert.deepEqual(done, [0.2, 0.4, 0.6]);
    assert.deepEqual(await thumbnailsOf(large, question, choice, go), thumbnails);
  }));

test('between two runs the work may be cancelled', () =>
  asking(async (session, question, runs) => {
    const large = new HeadSource(session, question, store(0), oneLayer);
    const cancelled = statisticsOf(large, question, () => Promise.reject(new Cancelled()));
    await assert.rejects(cancelled, Cancelled);
    assert.equal(runs(), 1);
  }));

test('the outputs of a layer stand together, so that one layer’s gradients are alive at a time', async () => {
  let outputs: readonly string[] = [];
  const looking: typeof localRuntime = {
    async withSession(_files, _request, build, use) {
      const { bytes, folder, info } = build();
      const extra = { session: { model_external_initializers_file_folder_path: folder ?? '' } };
      const session = await ort.InferenceSession.create(bytes, { extra, logSeverityLevel: 3 });
      outputs = session.outputNames;
      return use({ info, cost: { build: 0, create: 0 }, run: () => Promise.reject(new Error('not run')) });
    },
  };
  await withTowers(looking, model, async ({ info }) => {
    for (const tower of ['vision', 'text'] as const)
      for (const site of info[tower].blocks) {
        const at = outputs.indexOf(`${tower}.gradient.${site}`);
        const own = ['gradient', 'relevance', 'signed', 'grad-cam'].map((what) => `${tower}.${what}.${site}`);
        assert.deepEqual(outputs.slice(at, at + 4), own);
      }
    await Promise.resolve();
  });
});
