import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineClient } from '../../src/engine/client';
import type { ExplainRequest } from '../../src/engine/protocol';
import { contributions } from '../../src/shared/contributions';
import { countedPositions, promptLength } from '../../src/shared/counted';
import { BadFile, UsageError } from '../../src/shared/errors';
import { methods, type Explanation, type Tower } from '../../src/shared/explanation';
import { attentionStatistics } from '../../src/shared/head-statistics';
import { meanRelevance } from '../../src/shared/heads';
import type { HeadQuantity, LayerOfHeads } from '../../src/shared/heads-data';
import { layerCount } from '../../src/shared/layers';
import { read } from '../../src/shared/reading';
import { oneHot, relevanceStep } from '../../src/shared/relevance';
import { rowsOf } from '../../src/shared/rows';
import { floatTensor, type FloatTensor, type TensorMap } from '../../src/shared/tensor';
import { headValues, readOutRows, shrinkHeads, thumbnailSide } from '../../src/shared/thumbnails';
import { bundleEngine } from './support/build';
import { modelFolderOf } from './support/model-folder';
import { averagesOf, outlineOf } from '../../src/shared/text/outline';

const samples = join(process.cwd(), 'media/samples');
// Inside node_modules, so that the bundle finds the native packages.
mkdirSync('node_modules/.cache', { recursive: true });
const folder = mkdtempSync('node_modules/.cache/panel-engine-');
const siglip = modelFolderOf('siglip.ts14', 'joint');
const engine = new EngineClient({ enginePath: join(folder, 'engine.cjs') });

before(() => bundleEngine(folder));
after(async () => {
  await engine.dispose();
  siglip.remove();
  rmSync(folder, { recursive: true });
});

const common = { onLongPrompt: 'error', session: {} } as const;
const requests: Readonly<Record<string, ExplainRequest>> = {
  'emoji-clip': {
    ...common,
    image: { path: join(samples, 'space.png') },
    prompts: ['a rocket', 'a ringed planet and a bald man', 'the moon'],
    model: join(process.cwd(), 'models/emoji-clip'),
  },
  siglip: {
    ...common,
    image: { bytes: readFileSync(join(samples, 'coffee.png')), name: 'pasted image' },
    prompts: ['w5 w17 w60', 'w21'],
    model: siglip.path,
  },
};

const untimed = <T extends { readonly timings: unknown }>({ timings: _, ...rest }: T) => rest;

const whole = async (request: ExplainRequest) => {
  const { explanation, tensors } = await engine.call('explainImage', { ...request, tensors: true });
  return { explanation, tensors: tensors as TensorMap };
};

/** A layer's tensors out of what `explainImage` gives: [heads, queries, keys], cut to the prompt's positions. */
function expectedHeads(tensors: TensorMap, e: Explanation, { tower, layer, prompt }: LayerOfHeads) {
  const { pooling, layers } = e[tower];
  const name = (what: string, k: string) =>
    pooling && layer === layers
      ? `${tower}.pooling.${what}${k && `.${k}`}`
      : `${tower}.${what}.${k && `${k}.`}${layer}`;
  const [attention, gradient] =
    tower === 'vision'
      ? [name('attention', ''), name('gradient', `${prompt}`)]
      : [name('attention', ''), name('gradient', '')];
  const length = promptLength(e.prompts[prompt]);
  return {
    attention: part(tensors[attention] as FloatTensor, tower, prompt, length),
    gradient: part(tensors[gradient] as FloatTensor, tower, prompt, length),
  };
}

function part({ dims, data }: FloatTensor, tower: Tower, prompt: number, length: number): FloatTensor {
  const [, heads, queries, keys] = dims;
  const entry = tower === 'text' ? prompt : 0;
  const [rows, columns] = tower === 'text' ? [length, length] : [queries, keys];
  const out: number[] = [];
  for (let h = 0; h < heads; h++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) out.push(data[((entry * heads + h) * queries + i) * keys + j]);
  return floatTensor([heads, rows, columns], Float32Array.from(out));
}

function assertClose(actual: FloatTensor, expected: FloatTensor, what: string, tolerance = 2e-6): void {
  assert.deepEqual(actual.dims, expected.dims, what);
  const scale = expected.data.reduce((top, x) => Math.max(top, Math.abs(x)), 0);
  actual.data.forEach((x, i) =>
    assert.ok(
      Object.is(x, expected.data[i]) || Math.abs(x - expected.data[i]) <= tolerance * scale,
      `${what}[${i}]: ${x}, expected ${expected.data[i]}`,
    ),
  );
}

const everyLayer = (e: Explanation): LayerOfHeads[] =>
  (['vision', 'text'] as const).flatMap((tower) =>
    Array.from({ length: layerCount(e[tower]) }, (_, layer) =>
      e.prompts.map((_, prompt) => ({ tower, layer, prompt })),
    ).flat(),
  );

for (const [name, request] of Object.entries(requests)) {
  test(`${name}: the rows say what the explanation says`, async () => {
    const rows = await engine.call('explainRows', request);
    const { explanation } = await engine.call('explainImage', { ...request, tensors: false });
    assert.deepEqual(untimed(rows), untimed(rowsOf(explanation)));
    for (const method of methods)
      for (const layers of ['last', 'all', { first: 1, last: 1 }] as const) {
        const choice = { method, layers, textLayers: layers };
        const [mine, its] = [read(rows, choice), read(explanation, choice)];
        mine.prompts.forEach(({ map, words }, k) => {
          const flat = (values: ArrayLike<number>) => floatTensor([values.length], Float32Array.from(values));
          assertClose(flat(map), flat(its.prompts[k].map), `${method} map ${k}`, 1e-5);
          assertClose(flat(words), flat(its.prompts[k].words), `${method} words ${k}`, 1e-5);
        });
      }
  });

  test(`${name}: what was opened beforehand is not opened again`, async () => {
    // A session of its own.
    const { image, model, session } = { ...request, session: { threads: 1 } };
    assert.equal(await engine.call('openImage', { image, model, session }), null);
    const { timings } = await engine.call('explainRows', { ...request, session });
    assert.deepEqual([timings.open, timings.preprocess], [0, 0]);
    const missing = join(model, 'none');
    await assert.rejects(engine.call('openImage', { image: { path: missing }, model, session }), BadFile);
    await assert.rejects(engine.call('openImage', { image, model: missing, session }), BadFile);
  });

  test(`${name}: rows are computed once for the same prompts`, async () => {
    const first = await engine.call('explainRows', request);
    const others = await engine.call('explainRows', { ...request, prompts: request.prompts.slice(0, 1) });
    const again = await engine.call('explainRows', request);
    // Its timings too: nothing was computed.
    assert.deepEqual(again, first);
    assert.equal(others.prompts.length, 1);
    assert.notDeepEqual(others.timings, first.timings);
  });

  test(`${name}: heads are those of the whole run, for every tower, layer and prompt`, async () => {
    const { explanation, tensors } = await whole(request);
    for (const at of everyLayer(explanation)) {
      const { attention, gradient } = await engine.call('heads', { ...request, ...at, gradient: true });
      const expected = expectedHeads(tensors, explanation, at);
      const what = `${at.tower} ${at.layer} of prompt ${at.prompt}`;
      assertClose(attention, expected.attention, `attention of ${what}`);
      assertClose(gradient!, expected.gradient, `gradient of ${what}`);
      assert.ok(attention.data.some((a) => a > 0));
    }
  });

  test(`${name}: a layer or a prompt that does not exist is refused in a sentence`, async () => {
    const at = { ...request, tower: 'text', layer: 0, prompt: 0, gradient: false } as const;
    await assert.rejects(
      engine.call('heads', { ...at, layer: 99 }),
      (e) => e instanceof UsageError && /Layer 99 does not exist: the text tower has \d+ layers/.test(e.message),
    );
    const beyond = request.prompts.length;
    for (const call of [
      engine.call('heads', { ...at, prompt: beyond }),
      engine.call('thumbnails', { ...request, tower: 'vision', quantity: 'product', prompt: beyond }),
    ])
      await assert.rejects(call, (e) => e instanceof UsageError && /Prompt \d does not exist/.test(e.message));
    // The text tower has no pooling head, even where the other one has.
    const { text } = await engine.call('explainRows', request);
    await assert.rejects(engine.call('heads', { ...at, layer: text.layers }), UsageError);
  });

  test(`${name}: statistics are those of the tensors, and relevance shares those of the maps`, async () => {
    const { explanation, tensors } = await whole(request);
    const rows = rowsOf(explanation);
    const found = await engine.call('statistics', request);
    for (const tower of ['vision', 'text'] as const) {
      const shape = explanation[tower];
      const { layers, heads } = shape;
      const own = found[tower];
      const entries = tower === 'vision' ? 1 : explanation.prompts.length;
      for (const what of ['entropy', 'distance', 'sink'] as const)
        assert.deepEqual(own[what].dims, [entries, layers, heads]);
      assert.deepEqual(own.relevance.dims, [explanation.prompts.length, layers, heads]);

      explanation.prompts.forEach((prompt, k) => {
        const start = prompt.tokens[0].special;
        const positions =
          tower === 'text'
            ? {
                queries: [...new Set([...prompt.tokens.keys(), prompt.readOut])],
                prefix: start ? 1 : 0,
                sink: start,
                columns: null,
              }
            : {
                queries: Array.from({ length: shape.tokens }, (_, i) => i),
                prefix: shape.prefix,
                sink: shape.prefix > 0,
                columns: explanation.grid[1],
              };
        const at = (layer: number) => expectedHeads(tensors, explanation, { tower, layer, prompt: k });
        if (k < entries)
          for (let layer = 0; layer < layers; layer++) {
            const expected = attentionStatistics(at(layer).attention, positions);
            for (const what of ['entropy', 'distance', 'sink'] as const) {
              const place = (k * layers + layer) * heads;
              const [mine, its] = [own[what].data.subarray(place, place + heads), Float32Array.from(expected[what])];
              assertClose(floatTensor([heads], mine), floatTensor([heads], its), `${what} of ${tower} ${layer}`, 1e-5);
            }
          }

        const shares = own.relevance.data.subarray(k * layers * heads, (k + 1) * layers * heads);
        const byMaps = contributions(rows[tower], k, { first: 0, last: layerCount(shape) - 1 }, prompt);
        const total = byMaps.reduce((a, b) => a + b);
        assert.ok(total > 0);
        for (let layer = 0; layer < layers; layer++) {
          const sum = shares.subarray(layer * heads, (layer + 1) * heads).reduce((a, b) => a + b);
          assert.ok(
            Math.abs(sum - byMaps[layer] / total) <= 1e-5,
            `${tower} ${layer}: ${sum} and ${byMaps[layer] / total}`,
          );
        }
        const pooled = shape.pooling ? byMaps[layers] / total : 0;
        assert.ok(Math.abs(shares.reduce((a, b) => a + b) + pooled - 1) <= 1e-5);

        // The last head of the first layer, from the definition: v·relu(∇A ⊙ A)/heads over the patches or words.
        const positionsOf = tower === 'text' ? promptLength(prompt) : shape.tokens;
        let v: Float64Array = oneHot(positionsOf, tower === 'text' ? prompt.readOut : 0);
        if (shape.pooling) {
          const { attention, gradient } = at(layers);
          const [n, , keys] = attention.dims;
          v = Float64Array.from(
            meanRelevance({ heads: n, queries: 1, keys, attention: attention.data, gradient: gradient.data }).data,
          );
        }
        for (let layer = layers - 1; layer > 0; layer--) {
          const { attention, gradient } = at(layer);
          const size = { heads, queries: positionsOf, keys: positionsOf };
          v = relevanceStep(v, meanRelevance({ ...size, attention: attention.data, gradient: gradient.data }));
        }
        const { attention, gradient } = at(0);
        let share = 0;
        for (let i = 0; i < positionsOf; i++)
          for (const j of countedPositions(shape, prompt)) {
            const place = ((heads - 1) * positionsOf + i) * positionsOf + j;
            share += (v[i] * Math.max(0, attention.data[place] * gradient.data[place])) / heads / total;
          }
        assert.ok(Math.abs(share - shares[heads - 1]) <= 1e-5, `${share} and ${shares[heads - 1]}`);
      });
    }
  });

  test(`${name}: thumbnails are the heads made small, with the rows that are read`, async () => {
    const { explanation, tensors } = await whole(request);
    for (const tower of ['vision', 'text'] as const)
      for (const quantity of ['attention', 'gradient', 'product'] satisfies HeadQuantity[]) {
        const prompt = explanation.prompts.length - 1;
        const small = await engine.call('thumbnails', { ...request, tower, prompt, quantity });
        const { layers, heads, prefix, pooling, tokens } = explanation[tower];
        const size = tower === 'text' ? promptLength(explanation.prompts[prompt]) : tokens;
        const side = thumbnailSide(size);
        assert.deepEqual(small.matrices.dims, [layers, heads, side, side]);
        assert.deepEqual(small.rows.dims, [layers, heads, size - prefix]);
        const v = pooling ? pooling.attention.data : oneHot(size, explanation.prompts[prompt].readOut);
        const read = tower === 'text' || pooling ? v : oneHot(size, 0);
        for (let layer = 0; layer < layers; layer++) {
          const values = headValues(quantity, expectedHeads(tensors, explanation, { tower, layer, prompt }));
          const matrix = shrinkHeads(values, side);
          const rows = readOutRows(values, read, prefix);
          const own = ({ dims, data }: FloatTensor, part: Float32Array) =>
            floatTensor(
              part.length ? [part.length] : dims,
              data.subarray(layer * part.length, (layer + 1) * part.length),
            );
          const flat = (part: Float32Array) => floatTensor([part.length], part);
          assertClose(own(small.matrices, matrix), flat(matrix), `${tower} ${quantity} ${layer}`);
          assertClose(own(small.rows, rows), flat(rows), `rows of ${tower} ${quantity} ${layer}`, 1e-5);
        }
      }
  });
}

test('an image file that changes is seen anew, and so are its heads', async () => {
  const path = join(folder, 'picture.png');
  const request: ExplainRequest = { ...requests['emoji-clip'], image: { path } };
  const at = { tower: 'vision', layer: 2, prompt: 0, gradient: true } as const;
  const logits = async (image = request.image) =>
    (await engine.call('explainRows', { ...request, image })).prompts.map(({ logit }) => logit);
  const heads = async (image = request.image) => (await engine.call('heads', { ...request, image, ...at })).gradient;

  copyFileSync(join(samples, 'space.png'), path);
  const [first, firstHeads] = [await logits(), await heads()];
  assert.deepEqual(await logits(), first);
  copyFileSync(join(samples, 'coffee.png'), path);
  const original = { path: join(samples, 'coffee.png') };
  assert.deepEqual(await logits(), await logits(original));
  assert.notDeepEqual(await logits(), first);
  assert.deepEqual(await heads(), await heads(original));
  assert.notDeepEqual(await heads(), firstHeads);
  // The bytes of a file are the file, whatever they are called.
  assert.deepEqual(await logits({ bytes: readFileSync(path), name: 'x' }), await logits());
  rmSync(path);
  await assert.rejects(logits(), /Cannot read the image .*there is no such file/);
});

test('a killed engine is no end: the next call carries all it needs', async () => {
  const request = { ...requests['emoji-clip'], tower: 'vision', layer: 3, prompt: 1, gradient: true } as const;
  const first = await engine.call('heads', request);
  const pid = engine.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  while (engine.pid === pid) await delay(10);
  assert.deepEqual(await engine.call('heads', request), first);
  assert.notEqual(engine.pid, pid);
});

test('what is asked at once is answered in turn, each with its own', async () => {
  const request = requests['emoji-clip'];
  const prompts = [['a dog'], ['a cat', 'a dog'], ['a house', 'a cat', 'a dog']];
  const [statistics, heads, ...rows] = await Promise.all([
    engine.call('statistics', request),
    engine.call('heads', { ...request, tower: 'text', layer: 0, prompt: 1, gradient: true }),
    ...prompts.map((some) => engine.call('explainRows', { ...request, prompts: some })),
  ]);
  assert.equal(statistics.vision.relevance.dims[0], 3);
  assert.equal(heads.attention.dims[1], 9);
  assert.deepEqual(
    rows.map(({ prompts }) => prompts.map(({ text }) => text)),
    prompts,
  );
});

test('a model of texts that was opened beforehand is not opened again', async () => {
  const asked = { model: join(process.cwd(), 'models/minilm'), session: {} };
  assert.equal(await engine.call('openText', asked), null);
  const one = { text: 'A fox.', pair: null, target: null, maxTokens: null, onLongText: 'error' as const };
  const explanation = await engine.call('explainText', { ...asked, ...one });
  assert.equal(explanation.timings.open, 0);
  await assert.rejects(engine.call('openText', { ...asked, model: 'none' }), BadFile);
});

test('what a text panel was told in outline is kept whole, so that the averages cost no run', async () => {
  const asked = { text: 'A fox.', pair: null, target: null, maxTokens: null, onLongText: 'error' as const };
  const request = { ...asked, model: join(process.cwd(), 'models/minilm'), session: {} };
  const looked = { group: 0, layer: 5, gradient: false, exact: null };
  const { outline, heads } = await engine.call('outlineText', { ...request, looked });
  assert.deepEqual(heads?.dims, [12, 5, 5]);
  const explanation = await engine.call('explainText', request);
  // Times are those of the one run.
  assert.deepEqual(outlineOf(explanation), outline);
  const [{ attention, relevance }] = averagesOf(explanation);
  assert.equal(attention.length, 6);
  for (const { dims } of [...attention, ...relevance]) assert.deepEqual(dims, [5, 5]);
  const other = await engine.call('explainText', { ...request, text: 'A dog.' });
  assert.notDeepEqual(averagesOf(other)[0].relevance, relevance);
});
