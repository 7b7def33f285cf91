import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainImage } from '../../src/explain/clip/explain-image';
import { seeImage } from '../../src/explain/clip/seen-image';
import { readModelFolder } from '../../src/explain/models';
import { read } from '../../src/shared/reading';
import { loadFixture } from './support/fixture';
import { modelFolderOf } from './support/model-folder';
import { localRuntime } from './support/ort';

/** What the fixtures' goldens are of (scripts/fixtures/families.py). */
const prompts = ['w5 w16', 'w7 w28 w9'];
const side = 32;
const picture = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
  const [x, y, c] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side), i % 3];
  return (7 * x + 11 * y + 60 * c + x * y) % 256;
});

// Each family pools its text in its own way: at CLS, or at an end token that need not be the largest id.
for (const name of ['chinese-clip.ts14', 'altclip.ts14', 'metaclip-2.dynamo18'])
  test(`${name}: logits, maps and the relevance of words agree with PyTorch`, async () => {
    const { golden } = loadFixture(name);
    const folder = modelFolderOf(name, 'joint');
    try {
      const model = readModelFolder(folder.path);
      const image = { width: side, height: side, data: picture };
      const { explanation } = await explainImage(localRuntime, {
        ...{ seen: seeImage(model, image, []), path: name, prompts, model, logitScale: undefined },
        ...{ onLongPrompt: 'error', heads: false },
      });
      for (const layers of ['last', 'all'] as const) {
        const reading = read(explanation, { method: 'relevance', layers, textLayers: layers });
        reading.prompts.forEach(({ map, tokens }, k) => {
          assertNear([explanation.prompts[k].logit], [Number(golden['output.logits_per_image'].data[k])]);
          assertNear(map, numbers(golden[`relevance.${k}.${layers}.vision`].data));
          const words = numbers(golden[`relevance.${k}.${layers}.text`].data);
          const sum = words.reduce((a, b) => a + b, 0);
          assert.ok(sum > 0);
          assertNear(
            tokens,
            words.map((x) => x / sum),
          );
        });
      }
    } finally {
      folder.remove();
    }
  });

const numbers = (data: ArrayLike<number | bigint>): number[] => Array.from(data, Number);

function assertNear(actual: ArrayLike<number>, expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  const size = Math.max(...expected.map(Math.abs));
  expected.forEach((x, i) => assert.ok(Math.abs(actual[i] - x) <= 1e-4 * size, `${actual[i]} is not ${x} at ${i}`));
}
