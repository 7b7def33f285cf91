import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { integratedGradients } from '../../../src/explain/text/integrated';
import { readTextModel } from '../../../src/explain/text/model';
import { questionOf } from '../../../src/explain/text/question';
import { encodeModel } from '../../../src/onnx/encode';
import { openModelFile } from '../../../src/onnx/open';
import { loadFixture, relativeError } from '../support/fixture';
import { textTensors } from '../support/ask-text';
import { keepingRuntime } from '../support/ort';
import { textFolderOf, wordsOf } from '../support/text-folder';

for (const [fixture, sizes, pair] of [
  ['bert.ts14', { input_ids: 16 }, null],
  ['bert-seqcls.dynamo18', { input_ids: 16 }, wordsOf([50, 60])],
  ['gpt2.ts14', { input_ids: 12 }, null],
  ['bart.ts14', { input_ids: 12, decoder_input_ids: 8 }, wordsOf([7, 8])],
] as const)
  for (const batch of [1, 2])
    test(`${fixture} with a batch of ${batch} and lengths ${Object.values(sizes).join(', ')} fixed by the file says what it says without`, async () => {
      const folder = textFolderOf(fixture);
      try {
        const model = readTextModel(folder.path);
        const { inputs } = loadFixture(fixture);
        const lengthOf = (name: string) => (sizes as Readonly<Record<string, number>>)[name] ?? sizes.input_ids;
        const inputShapes = Object.fromEntries(Object.keys(inputs).map((name) => [name, [batch, lengthOf(name)]]));
        const file = join(folder.path, 'fixed.onnx');
        writeFileSync(file, encodeModel(openModelFile(model.graphs[0], { inputShapes }).graph));
        const fixed = { ...model, graphs: [file] as const, files: [file, ...model.files] };

        const request = {
          text: wordsOf([20, 30, 40]),
          pair,
          target: null,
          maxTokens: null,
          onLongText: 'error',
        } as const;
        const [free, padded] = [
          await textTensors(keepingRuntime(), { ...request, model }),
          await textTensors(keepingRuntime(), { ...request, model: fixed }),
        ];
        for (const [name, expected] of Object.entries(free.tensors)) {
          if (name.startsWith('input.')) continue;
          const error = relativeError(padded.tensors[name], expected);
          assert.ok(error < 2e-5, `${name}: ${error}`);
        }
        assert.deepEqual(padded.explanation.target.text, free.explanation.target.text);
        assert.ok(Math.abs(padded.explanation.target.value - free.explanation.target.value) < 1e-4);
        for (const [g, { relevance, causal }] of free.explanation.attentions.entries()) {
          assert.equal(padded.explanation.attentions[g].causal, causal);
          relevance.forEach((matrix, layer) =>
            assert.ok(relativeError(padded.explanation.attentions[g].relevance[layer], matrix) < 2e-5),
          );
        }
        const integrated = await Promise.all(
          [model, fixed].map((m) =>
            integratedGradients(keepingRuntime(), questionOf({ ...request, model: m }), () => Promise.resolve()),
          ),
        );
        integrated[0].attributions.forEach((a, s) =>
          a!.forEach((x, i) => assert.ok(Math.abs(x - integrated[1].attributions[s]![i]) < 1e-3)),
        );
        const long = wordsOf(Array.from({ length: 20 }, (_, i) => 20 + i));
        await assert.rejects(textTensors(keepingRuntime(), { ...request, text: long, model: fixed }), /reads (16|12)/);
      } finally {
        folder.remove();
      }
    });
