import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readTextModel } from '../../../src/explain/text/model';
import type { LensError } from '../../../src/shared/errors';
import { contextLength } from '../../../src/explain/tokenize/context';
import { BadFile, UnsupportedModel } from '../../../src/shared/errors';
import { fixturesFolder } from '../support/fixture';
import { explainText } from '../support/ask-text';
import { keepingRuntime } from '../support/ort';
import { textFolderOf } from '../support/text-folder';

type Class = new (message: string) => LensError;

const broken: readonly (readonly [string, (path: string) => void, Class, RegExp])[] = [
  [
    'a folder without tokenizer',
    (path) => unlinkSync(join(path, 'tokenizer.json')),
    BadFile,
    /no tokenizer\.json.*"trace"/,
  ],
  ['a tokenizer that is no JSON', (path) => writeFileSync(join(path, 'tokenizer.json'), '{'), BadFile, /no JSON/],
  ['a config that is no object', (path) => writeFileSync(join(path, 'config.json'), '7'), BadFile, /not as expected/],
  ['a folder without graph', (path) => unlinkSync(join(path, 'model.onnx')), BadFile, /neither model\.onnx nor/],
  ['a damaged graph', (path) => writeFileSync(join(path, 'model.onnx'), 'no protobuf'), BadFile, /no ONNX model/],
  [
    'a decoder that does not read what its encoder gives',
    (path) => {
      cpSync(join(path, 'model.onnx'), join(path, 'encoder_model.onnx'));
      renameSync(join(path, 'model.onnx'), join(path, 'decoder_model.onnx'));
    },
    UnsupportedModel,
    /no input "encoder_hidden_states".*--monolith/,
  ],
  [
    'a model of images',
    (path) => cpSync(join(fixturesFolder, 'vit.ts14/model.onnx'), join(path, 'model.onnx')),
    UnsupportedModel,
    /reads pictures/,
  ],
];

for (const [what, damage, Kind, sentence] of broken)
  test(`${what}: ${sentence.source}`, async () => {
    const folder = textFolderOf('bert.ts14');
    try {
      damage(folder.path);
      const explain = async () => {
        const request = { text: 'w20', pair: null, target: null, maxTokens: null, onLongText: 'error' } as const;
        await explainText(keepingRuntime(), { ...request, model: readTextModel(folder.path) });
      };
      await assert.rejects(explain, (error: Error) => {
        assert.ok(error instanceof Kind, error.stack);
        assert.match(error.message, sentence);
        return true;
      });
    } finally {
      folder.remove();
    }
  });

test('a folder that is none, and a fixture as it is', () => {
  assert.throws(() => readTextModel('/no/such/folder'), /There is no model folder/);
  assert.throws(() => readTextModel(join(fixturesFolder, 'bert.ts14')), /no tokenizer\.json/);
  const empty = mkdtempSync(join(tmpdir(), 'lens '));
  assert.throws(() => readTextModel(empty), /neither model\.onnx nor/);
  rmSync(empty, { recursive: true });
});

for (const [config, tokenizer, tokens] of [
  [{ model_type: 'bert', max_position_embeddings: 512 }, {}, 512],
  [{ model_type: 'roberta', max_position_embeddings: 514, pad_token_id: 1 }, {}, 512],
  [{ model_type: 'mpnet', max_position_embeddings: 514 }, { model_max_length: 384 }, 384],
  [{ model_type: 'gpt2', n_positions: 1024 }, { model_max_length: 1e30 }, 1024],
  [{ model_type: 't5', n_positions: 512 }, {}, Infinity],
] as const)
  test(`${config.model_type} reads ${tokens} tokens`, () => assert.equal(contextLength(config, tokenizer), tokens));
