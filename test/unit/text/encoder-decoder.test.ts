import assert from 'node:assert/strict';
import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEncoderDecoder } from '../../../src/explain/text/encoder-decoder';
import { textGraph } from '../../../src/explain/text/graph';
import { readTextModel } from '../../../src/explain/text/model';
import { explainText } from '../support/ask-text';
import { fixturesFolder } from '../support/fixture';
import { keepingRuntime } from '../support/ort';
import { textFolderOf } from '../support/text-folder';

const file = (family: string, name: string) => join(fixturesFolder, 'split', family, `${name}.onnx`);
const open = (inputShapes?: Readonly<Record<string, readonly number[]>>) =>
  openEncoderDecoder(file('t5', 'encoder_model'), file('t5', 'decoder_model_merged'), {
    conditions: { use_cache_branch: false },
    ...(inputShapes && { inputShapes }),
  });

test('the joined graph has the names of a file of both, one batch, and a length of its own for each text', () => {
  const { graph, outputs } = open();
  const ours = graph.inputs.filter(({ name }) => !name.startsWith('past_'));
  assert.deepEqual(
    ours.map(({ name }) => name),
    ['input_ids', 'attention_mask', 'decoder_input_ids'],
  );
  assert.deepEqual(outputs, ['encoder_last_hidden_state', 'logits']);
  const shapeOf = (name: string) => graph.value(name).shape!;
  const [batch, length] = shapeOf('input_ids');
  assert.deepEqual(shapeOf('encoder_last_hidden_state'), [batch, length, 48]);
  assert.deepEqual(shapeOf('logits'), [batch, shapeOf('decoder_input_ids')[1], 160]);
  assert.notEqual(shapeOf('decoder_input_ids')[1], length);
});

test('sizes that are known beforehand reach both files', () => {
  const { graph } = open({ input_ids: [1, 5], attention_mask: [1, 5], decoder_input_ids: [1, 3] });
  assert.deepEqual(graph.value('logits').shape, [1, 3, 160]);
  assert.deepEqual(graph.value('encoder_last_hidden_state').shape, [1, 5, 48]);
});

test('an encoder alone is an encoder', async () => {
  const folder = textFolderOf('t5.ts14', {}, true);
  try {
    for (const name of readdirSync(folder.path)) if (/^decoder/.test(name)) unlinkSync(join(folder.path, name));
    const model = readTextModel(folder.path);
    assert.deepEqual(
      textGraph(model).sequences.map(({ name }) => name),
      ['text'],
    );
    const request = { text: 'w20 w30', pair: null, target: null, maxTokens: null, onLongText: 'error' } as const;
    const { sequences, attentions } = await explainText(keepingRuntime(), { ...request, model });
    assert.equal(sequences[0].tokens.length, 3);
    assert.deepEqual(
      attentions.map(({ name, layers }) => [name, layers]),
      [['self', 2]],
    );
  } finally {
    folder.remove();
  }
});
