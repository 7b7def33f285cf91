import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeImage } from '../../src/engine/images';
import { explainImage } from '../../src/explain/clip/explain-image';
import { seeImage } from '../../src/explain/clip/seen-image';
import { readModelFolder } from '../../src/explain/models';
import type { Explanation } from '../../src/shared/explanation';
import { read } from '../../src/shared/reading';
import { modelFolderOf } from './support/model-folder';
import { localRuntime } from './support/ort';

const prompts = ['w5 w17 w60', 'w21', 'w9 w40'];

async function explain(fixture: string, layout: 'joint' | 'split', logitScale?: number): Promise<Explanation> {
  const folder = modelFolderOf(fixture, layout);
  try {
    const path = join(process.cwd(), 'media/samples/coffee.png');
    const { image, warnings } = await decodeImage(path);
    const model = readModelFolder(folder.path);
    const request = {
      seen: seeImage(model, image, warnings),
      path,
      prompts,
      model,
      logitScale,
      onLongPrompt: 'error' as const,
      heads: false,
    };
    return (await explainImage(localRuntime, request)).explanation;
  } finally {
    folder.remove();
  }
}

const logits = (e: Explanation) => e.prompts.map((p) => p.logit);

const normalised = (map: ArrayLike<number>) => {
  const top = Math.max(...Array.from(map, Math.abs));
  return Array.from(map, (x) => x / top);
};

function assertNear(a: readonly number[], b: readonly number[], tolerance: number, what: string): void {
  assert.equal(a.length, b.length);
  a.forEach((x, i) => assert.ok(Math.abs(x - b[i]) <= tolerance, `${what}: ${x} and ${b[i]} at ${i}`));
}

for (const fixture of ['clip.ts14', 'clip.dynamo18', 'clip-nomask.ts14', 'siglip.ts14', 'siglip.dynamo18'])
  test(`${fixture}: two files side by side say what the joint file says`, async () => {
    const joint = await explain(fixture, 'joint');
    assert.equal(joint.model.logitScale, null);
    const unit = await explain(fixture, 'split', 1);
    // logits = scale · cos + bias, from two prompts; the third must lie on the line.
    const [a, b] = [logits(unit), logits(joint)];
    const scale = (b[1] - b[0]) / (a[1] - a[0]);
    const split = await explain(fixture, 'split', scale);
    assert.deepEqual(split.model.logitScale?.assumed, false);
    const offset = logits(joint)[0] - logits(split)[0];
    assertNear(
      logits(split).map((x) => x + offset),
      logits(joint),
      1e-3,
      'logits',
    );
    for (const layers of ['last', 'all'] as const) {
      const [s, j] = [split, joint].map((e) => read(e, { method: 'relevance', layers, textLayers: layers }));
      prompts.forEach((_, k) => {
        assertNear(normalised(s.prompts[k].map), normalised(j.prompts[k].map), 2e-3, `${layers} map ${k}`);
        assertNear(s.prompts[k].words, j.prompts[k].words, 2e-3, `${layers} words ${k}`);
      });
    }
  });

test('a split export without a known scale is explained with the trained one, and says that it is assumed', async () => {
  const clip = await explain('clip.ts14', 'split');
  assert.deepEqual(clip.model.logitScale, { value: 100, bias: 0, assumed: true });
  const siglip = await explain('siglip.ts14', 'split');
  assert.deepEqual(siglip.model.logitScale, { value: 117.3, bias: -12.9, assumed: true });
  assert.equal(siglip.model.probabilities, 'sigmoid');
  siglip.prompts.forEach((p) => assert.ok(Math.abs(p.probability - 1 / (1 + Math.exp(-p.logit))) < 1e-9));
});

test('SigLIP is read through its pooling head, CLIP through its CLS row', async () => {
  const siglip = await explain('siglip.ts14', 'joint');
  assert.equal(siglip.vision.readOut, 'pooling');
  assert.deepEqual([siglip.vision.prefix, ...siglip.grid], [0, 4, 4]);
  const clip = await explain('clip.ts14', 'joint');
  assert.equal(clip.vision.readOut, 'cls');
  assert.deepEqual([clip.vision.prefix, ...clip.grid], [1, 4, 4]);
});
