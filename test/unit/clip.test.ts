import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeImage } from '../../src/engine/images';
import { explainImage } from '../../src/explain/clip/explain-image';
import { seeImage } from '../../src/explain/clip/seen-image';
import { readModelFolder } from '../../src/explain/models';
import { UsageError } from '../../src/shared/errors';
import type { Explanation } from '../../src/shared/explanation';
import { read } from '../../src/shared/reading';
import { readSafetensors } from '../../src/shared/safetensors';
import type { Tensor } from '../../src/shared/tensor';
import { assertNearGolden } from './support/close';
import { localRuntime } from './support/ort';

const folder = join(process.cwd(), 'models/emoji-clip');
const model = readModelFolder(folder);

interface Golden {
  readonly image: string;
  readonly prompts: readonly string[];
  readonly logits: readonly number[];
  readonly probabilities: readonly number[];
  readonly tokens: readonly (readonly string[])[];
  readonly token_relevance_last: readonly (readonly number[])[];
  readonly token_relevance_all: readonly (readonly number[])[];
}

const goldens = JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')) as Golden[];

async function explain(image: string, prompts: readonly string[], heads = false) {
  const path = join(process.cwd(), 'media/samples', image);
  const decoded = await decodeImage(path);
  const seen = seeImage(model, decoded.image, decoded.warnings);
  return explainImage(localRuntime, { seen, path, prompts, model, onLongPrompt: 'error', heads });
}

const near = (actual: readonly number[], expected: readonly number[], tolerance: number, what: string) => {
  assert.equal(actual.length, expected.length, what);
  actual.forEach((x, i) =>
    assert.ok(Math.abs(x - expected[i]) <= tolerance, `${what}[${i}]: ${x}, golden ${expected[i]}`),
  );
};

for (const golden of goldens)
  test(`emoji-clip on ${golden.image}: logits, probabilities and word relevance are PyTorch's`, async () => {
    const { explanation } = await explain(golden.image, golden.prompts);
    near(
      explanation.prompts.map((p) => p.logit),
      golden.logits,
      2e-3,
      'logits',
    );
    near(
      explanation.prompts.map((p) => p.probability),
      golden.probabilities,
      2e-3,
      'probabilities',
    );
    for (const layers of ['last', 'all'] as const) {
      const reading = read(explanation, { method: 'relevance', textLayers: layers });
      reading.prompts.forEach((p, k) =>
        near(p.tokens, golden[`token_relevance_${layers}`][k], 2e-3, `${golden.prompts[k]} ${layers}`),
      );
    }
    explanation.prompts.forEach((p, k) =>
      assert.deepEqual(
        p.tokens.filter((t) => !t.special).map((t) => t.text),
        golden.tokens[k].map((t) => t.replace('</w>', '')),
      ),
    );
  });

test('emoji-clip on space.png: every head, every gradient and the relevance maps are PyTorch’s', async () => {
  const golden = readSafetensors(readFileSync(join(folder, 'golden-space.safetensors'))).tensors;
  const { explanation, tensors } = await explain('space.png', goldens[0].prompts, true);
  assert.ok(tensors);
  for (const [name, expected] of Object.entries(golden)) {
    // The golden has each text gradient for all prompts; row k of the batch is the one that belongs to prompt k.
    const text = /^text\.gradient\.(\d)\.(\d)$/.exec(name);
    if (text)
      close(rowOf(tensors[`text.gradient.${text[2]}`], Number(text[1])), rowOf(expected, Number(text[1])), name);
    else if (/^(vision|text)\.(attention|gradient)|^pixel_values|_embeds$/.test(name))
      close(tensors[name], expected, name);
  }
  for (const layers of ['last', 'all'] as const) {
    const reading = read(explanation, { method: 'relevance', layers });
    const maps = Float32Array.from(reading.prompts.flatMap((p) => [...p.map]));
    close(
      { dtype: 'float32', dims: [4, 8, 8], data: maps },
      golden[`vision.relevance.${layers}`],
      `relevance ${layers}`,
    );
  }
});

const rowOf = (t: Tensor, k: number): Tensor => {
  const size = t.data.length / t.dims[0];
  return { dtype: t.dtype, dims: t.dims.slice(1), data: t.data.slice(k * size, (k + 1) * size) };
};

/** The tolerance is that of the model's README. */
const close = (actual: Tensor, expected: Tensor, name: string): void => assertNearGolden(actual, expected, 1e-3, name);

test('every method gives finite maps; the pointing of relevance differs from raw attention', async () => {
  const { explanation } = await explain('space.png', ['a bald man', 'a rocket in space']);
  for (const method of ['relevance', 'signed', 'raw', 'rollout', 'grad-cam'] as const) {
    const { prompts } = read(explanation, { method, layers: { first: 2, last: 4 } });
    for (const p of prompts) assert.ok(p.map.every(Number.isFinite), method);
    assert.ok(
      prompts.some((p) => p.map.some((x) => x !== 0)),
      method,
    );
  }
});

test('the default layers are those that the model’s folder recommends', async () => {
  const { explanation } = await explain('space.png', ['a cow']);
  assert.deepEqual(read(explanation, { method: 'relevance' }).layers, { first: 0, last: 5 });
  assert.equal(explanation.model.logitScale?.assumed, false);
});

test('a prompt that is empty or longer than the model’s context is refused with its reason', async () => {
  await assert.rejects(
    explain('space.png', ['a cow', ' ']),
    (e: Error) => e instanceof UsageError && /Prompt 1 is empty/.test(e.message),
  );
  await assert.rejects(
    explain('space.png', ['cow '.repeat(40)]),
    (e: Error) => e instanceof UsageError && /reads 32/.test(e.message),
  );
});

test('what the crop leaves out is told: sea-wide.jpg has a boat there', async () => {
  const { explanation }: { explanation: Explanation } = await explain('sea-wide.jpg', ['a sailboat']);
  const { crop, width } = explanation.image;
  assert.ok(crop.x > 0 && crop.x + crop.width < width);
});
