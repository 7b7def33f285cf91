import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { traceModel } from '../../src/explain/trace-model';
import { readSafetensors } from '../../src/shared/safetensors';
import { assertNearGolden } from './support/close';
import { localRuntime } from './support/ort';

const folder = join(process.cwd(), 'models/minilm');

for (const name of ['fox', 'pair'])
  test(`MiniLM (int8 weights) on golden-${name}: attentions, gradients, hidden states and embedding gradients are PyTorch's`, async () => {
    const golden = readSafetensors(readFileSync(join(folder, `golden-${name}.safetensors`))).tensors;
    const inputs = Object.fromEntries(
      Object.entries(golden).flatMap(([k, t]) => (k.startsWith('input.') ? [[k.slice(6), t]] : [])),
    );
    const { tensors, report } = await traceModel(localRuntime, {
      model: join(folder, 'onnx/model.onnx'),
      inputs,
      targets: ['sum(last_hidden_state)'],
    });
    assert.equal(report.attentions.length, 6);
    assert.ok(
      report.attentions.every(
        (a, i) => a.stack === 'text' && a.layer === i && a.heads === 12 && a.kind === 'self' && !a.causal,
      ),
    );
    let compared = 0;
    for (const [key, expected] of Object.entries(golden)) {
      if (!/^(output|attention|gradient|embedding_gradient)\.|^hidden\.\d/.test(key)) continue;
      const actual = tensors[key];
      assert.ok(actual, `${key} is missing`);
      assertNearGolden(actual, expected, 1e-4, key);
      compared++;
    }
    assert.equal(compared, 1 + 6 + 6 + 7 + 1);
  });
