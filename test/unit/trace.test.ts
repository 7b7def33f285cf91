import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAttentions } from '../../src/onnx/attention/name';
import type { OpenModel } from '../../src/onnx/open';
import { openModelFile } from '../../src/onnx/open';
import type { PassRequest } from '../../src/onnx/trace';
import { buildTrace } from '../../src/onnx/trace';
import { UsageError } from '../../src/shared/errors';
import { entry } from '../../src/shared/matrix';
import { oneHot, relevanceRow } from '../../src/shared/relevance';
import type { FloatTensor, TensorMap } from '../../src/shared/tensor';
import { floatTensor } from '../../src/shared/tensor';
import { loadFixture, relativeError } from './support/fixture';
import { createSession } from './support/ort';
import { noise } from './support/vjp-check';

/** Traces a fixture with one pass named `p` and its own seeds. */
async function trace(
  name: string,
  pass: Omit<PassRequest, 'name'>,
  extra: TensorMap,
  prepare: (m: OpenModel) => void = () => {},
) {
  const { model: path, inputs, golden } = loadFixture(name);
  const model = openModelFile(path);
  prepare(model);
  const built = buildTrace(model, { outputs: pass.outputs, attentions: [], passes: [{ name: 'p', ...pass }] });
  const run = await createSession(built.bytes, built.folder ?? undefined);
  return { results: await run({ ...inputs, ...extra }), golden, run, inputs, facts: built.facts };
}

const eye = (k: number): FloatTensor =>
  floatTensor(
    [k, 1, k],
    Float32Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 1 : 0)),
  );

test('Ā and the relevance row inside the graph are those computed outside', async () => {
  const [k, tokens, layers] = [3, 17, [0, 1, 2]];
  const readOut = floatTensor(
    [k, 1, tokens],
    Float32Array.from({ length: k * tokens }, (_, i) => (i % tokens === 0 ? 1 : 0)),
  );
  const extra = { 'p.cotangent.logits_per_image': eye(k), 'p.read-out': readOut };
  const { results, golden } = await trace(
    'clip.ts14',
    { outputs: ['logits_per_image'], reduced: layers, row: layers, gradients: layers },
    extra,
  );
  for (let t = 0; t < k; t++) {
    const matrices = layers.map((i) => {
      const { data } = results[`p.relevance.${i}`] as FloatTensor;
      return entry(floatTensor([k, tokens, tokens], data), t);
    });
    const outside = relevanceRow(matrices, oneHot(tokens, 0));
    const inside = (results['p.row'].data as Float32Array).subarray(t * tokens, (t + 1) * tokens);
    outside.forEach((x, i) => assert.ok(Math.abs(x - inside[i]) < 1e-6));
    const map = golden[`relevance.${t}.all.vision`];
    assert.ok(relativeError(floatTensor([16], Float32Array.from(inside.subarray(1))), map) < 1e-4);
  }
});

test('gradients of the pixels agree with differences of the model itself', async () => {
  const { results, inputs } = await trace(
    'vit.ts14',
    { outputs: ['logits'], inputs: ['pixel_values'] },
    { 'p.cotangent.logits': floatTensor([1, 1, 5], Float32Array.of(0, 1, 0, 0, 0)) },
  );
  const gradient = results['p.input.pixel_values'];
  const pixels = inputs.pixel_values;
  assert.deepEqual(gradient.dims, [1, ...pixels.dims]);
  const { model } = loadFixture('vit.ts14');
  const plain = buildTrace(openModelFile(model), { outputs: ['logits'], attentions: [], passes: [] });
  const run = await createSession(plain.bytes, plain.folder ?? undefined);
  const next = noise(7);
  const direction = Float32Array.from(pixels.data as Float32Array, () => next());
  const at = async (h: number) => {
    const moved = floatTensor(
      pixels.dims,
      Float32Array.from(pixels.data as Float32Array, (x, i) => x + h * direction[i]),
    );
    return Number((await run({ pixel_values: moved })).logits.data[1]);
  };
  const h = 0.02;
  const difference = (8 * ((await at(h)) - (await at(-h))) - ((await at(2 * h)) - (await at(-2 * h)))) / (12 * h);
  const expected = direction.reduce((sum, d, i) => sum + d * Number(gradient.data[i]), 0);
  assert.ok(Math.abs(difference - expected) < 2e-3 * Math.abs(expected) + 1e-3, `${difference} and ${expected}`);
});

test('only what lies between targets and what is asked for is added, and the forward graph that nobody needs is dropped', () => {
  const { model: path } = loadFixture('clip.ts14');
  const nodes = (pass: Partial<PassRequest>, outputs = ['logits_per_image']) => {
    const model = openModelFile(path);
    buildTrace(model, { outputs, attentions: [], passes: [{ name: 'p', outputs: ['logits_per_image'], ...pass }] });
    return model.graph.nodes.length;
  };
  const forward = nodes({});
  const last = nodes({ gradients: [2] });
  const all = nodes({ gradients: [0, 1, 2] });
  const text = nodes({ gradients: [3, 4] });
  assert.ok(forward < last && last < all, `${forward} ${last} ${all}`);
  // The last layer needs no gradient of its own projections, nor anything of the text tower.
  assert.ok(all - last > last - forward && text > forward);
  const image = openModelFile(path);
  buildTrace(image, { outputs: ['image_embeds'], attentions: [], passes: [] });
  assert.deepEqual(
    image.graph.inputs.map((v) => v.name),
    ['pixel_values'],
  );
});

test('an attention that no target depends on is named, not invented', async () => {
  const { facts } = await trace(
    'clip.ts14',
    { outputs: ['image_embeds'], gradients: [0, 3] },
    { 'p.cotangent.image_embeds': floatTensor([1, 1, 24], new Float32Array(24).fill(1)) },
  );
  assert.deepEqual(facts.independent, ['p.gradient.3']);
});

test('an unknown output or input is a usage error that lists what there is', () => {
  const { model: path } = loadFixture('clip.ts14');
  const build = (pass: Partial<PassRequest>) => () =>
    buildTrace(openModelFile(path), {
      outputs: [],
      attentions: [],
      passes: [{ name: 'p', outputs: ['logits_per_image'], ...pass }],
    });
  assert.throws(
    build({ outputs: ['logit'], gradients: [0] }),
    (e: Error) => e instanceof UsageError && /logits_per_image/.test(e.message),
  );
  assert.throws(build({ inputs: ['pixels'] }), (e: Error) => e instanceof UsageError && /pixel_values/.test(e.message));
});

test('narrowing to the read-out row changes no number', async () => {
  const { model: path, inputs } = loadFixture('vit.ts14');
  const model = openModelFile(path);
  const before = model.graph.nodes.length;
  const attentions = findAttentions(model.graph).map((a) => a.index);
  const built = buildTrace(model, { outputs: ['logits'], attentions, passes: [] });
  assert.ok(
    model.graph.nodes.some((n) => n.name.startsWith('read-out')),
    'the classifier reads one row, so the last block is narrowed',
  );
  assert.ok(model.graph.nodes.length <= before + 20);
  const { golden } = loadFixture('vit.ts14');
  const run = await createSession(built.bytes, built.folder ?? undefined);
  const results = await run(inputs);
  assert.ok(relativeError(results.logits, golden['output.logits']) < 1e-5);
});

test('an attention of which one query is read is computed for that query; what is returned of it is of the whole', async () => {
  for (const { name, index, row, outputs } of [
    { name: 'clip.ts14', index: 2, row: 0, outputs: ['logits_per_image'] },
    { name: 'siglip.ts14', index: 5, row: -1, outputs: ['logits_per_image'] },
  ]) {
    const { model: path, inputs, golden } = loadFixture(name);
    const pass = { name: 'p', outputs, gradients: [index], reduced: [index] };
    const built = buildTrace(openModelFile(path), { outputs: [], attentions: [index], passes: [pass] });
    const run = await createSession(built.bytes, built.folder ?? undefined);
    const logits = golden[`output.${outputs[0]}`];
    const seed = floatTensor([1, ...logits.dims], new Float32Array(logits.data.length).fill(1));
    const results = await run({ ...inputs, [`p.cotangent.${outputs[0]}`]: seed });
    const a = results[`attention.${index}`] as FloatTensor;
    const gradient = results[`p.gradient.${index}`] as FloatTensor;
    const [batch, heads, queries, keys] = a.dims;
    assert.deepEqual(gradient.dims, [1, ...a.dims]);
    const read = (row + queries) % queries;
    const mean = { relevance: 0, signed: 0 };
    for (let b = 0; b < batch; b++)
      for (let q = 0; q < queries; q++)
        for (let k = 0; k < keys; k++) {
          const at = Array.from({ length: heads }, (_, h) => ((b * heads + h) * queries + q) * keys + k);
          if (q !== read)
            assert.ok(
              at.every((i) => gradient.data[i] === 0),
              'a query that nobody reads has no gradient',
            );
          const products = at.map((i) => a.data[i] * gradient.data[i]);
          mean.relevance = products.reduce((sum, x) => sum + Math.max(0, x), 0) / heads;
          mean.signed = products.reduce((sum, x) => sum + x, 0) / heads;
          for (const how of ['relevance', 'signed'] as const) {
            const given = Number(results[`p.${how}.${index}`].data[(b * queries + q) * keys + k]);
            assert.ok(Math.abs(given - mean[how]) < 1e-6 + 1e-5 * Math.abs(mean[how]), `${name} ${how}`);
          }
        }
    assert.ok(gradient.data.some((x) => Math.abs(x) > 1e-6));
  }
});

test('where the relevance alone is wanted, the last attention is computed for the read-out query alone', () => {
  const model = openModelFile(loadFixture('vit.ts14').model);
  const attentions = findAttentions(model.graph);
  const pass = { name: 'p', outputs: ['logits'], reduced: [0, 1, 2], reductions: ['relevance'] as const };
  buildTrace(model, { outputs: ['logits'], attentions: [], passes: [pass] }, attentions);
  const computed = attentions.map(({ probabilities }) =>
    model.graph.nodes.some((n) => n.outputs.includes(probabilities)),
  );
  assert.deepEqual(computed, [true, true, false]);
});
