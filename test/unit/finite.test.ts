import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeImage } from '../../src/engine/images';
import { explainImage } from '../../src/explain/clip/explain-image';
import { seeImage } from '../../src/explain/clip/seen-image';
import { nanWarnings } from '../../src/explain/finite';
import { readModelFolder } from '../../src/explain/models';
import { readTextModel } from '../../src/explain/text/model';
import { traceModel } from '../../src/explain/trace-model';
import { openModelFile } from '../../src/onnx/open';
import { floatTensor } from '../../src/shared/tensor';
import { explainText } from './support/ask-text';
import { loadFixture } from './support/fixture';
import { modelFolderOf } from './support/model-folder';
import { localRuntime } from './support/ort';
import { textFolderOf } from './support/text-folder';

test('infinities are allowed, NaN is told', () => {
  const [fine, broken] = [[0, -Infinity], [1, NaN]].map((x) => floatTensor([2], Float32Array.from(x))); // prettier-ignore
  assert.deepEqual(nanWarnings({ fine, none: undefined }), []);
  assert.match(nanWarnings({ fine, broken })[0], /^NaN \(not a number\) in broken: /);
  assert.match(nanWarnings({ a: broken, fine, b: broken })[0], /in a and 1 more: /);
});

/** Overwrites one weight of a matrix halfway through a file's graph. */
function damage(file: string): void {
  const matrices = openModelFile(file).graph.nodes.flatMap((node) =>
    node.inputs.flatMap((v) => {
      const data = v?.tensor?.data;
      return v?.tensor?.dims.length === 2 && data && 'offset' in data ? [data] : [];
    }),
  );
  const bytes = readFileSync(file);
  bytes.writeFloatLE(NaN, matrices[matrices.length >> 1].offset);
  writeFileSync(file, bytes);
}

test('a trace names the tensors', async () => {
  const { model, inputs } = loadFixture('vit.ts14');
  const pixels = floatTensor(
    [...inputs.pixel_values.dims],
    Float32Array.from(inputs.pixel_values.data as Float32Array),
  );
  pixels.data[7] = NaN;
  const targets = ['logits[0,1]'];
  const { report } = await traceModel(localRuntime, { model, inputs: { pixel_values: pixels }, targets });
  assert.match(report.warnings.join(), /NaN \(not a number\) in output\.logits and \d+ more/);
});

test('an explained image and an explained text say it', async () => {
  const images = modelFolderOf('clip.ts14', 'joint');
  const texts = textFolderOf('bert.ts14');
  try {
    for (const { path } of [images, texts]) damage(join(path, 'model.onnx'));
    const file = join(process.cwd(), 'media/samples/coffee.png');
    const model = readModelFolder(images.path);
    const { image } = await decodeImage(file);
    const { explanation } = await explainImage(localRuntime, {
      ...{ seen: seeImage(model, image, []), path: file, prompts: ['w5', 'w9'], model, logitScale: undefined },
      ...{ onLongPrompt: 'error', heads: false },
    });
    assert.match(explanation.warnings.join(), /NaN \(not a number\) in the logits/);
    const request = { text: 'w5 w6 w9', pair: null, target: null, maxTokens: null, onLongText: 'truncate' as const };
    const { warnings } = await explainText(localRuntime, { ...request, model: readTextModel(texts.path) });
    assert.match(warnings.join(), /NaN \(not a number\) in the text’s saliency/);
  } finally {
    images.remove();
    texts.remove();
  }
});
