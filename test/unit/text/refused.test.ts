import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readTextModel } from '../../../src/explain/text/model';
import { encodeModel } from '../../../src/onnx/encode';
import type { Graph, Value } from '../../../src/onnx/graph/graph';
import { constant } from '../../../src/onnx/graph/tensor';
import { UnsupportedModel } from '../../../src/shared/errors';
import { batch, heads, Sketch, tokens, width } from '../attention/build';
import { explainText } from '../support/ask-text';
import { localRuntime } from '../support/ort';
import { textFolderOf } from '../support/text-folder';

async function assertRefused(fixture: string, graph: Graph, message: RegExp): Promise<void> {
  const folder = textFolderOf(fixture);
  try {
    writeFileSync(join(folder.path, 'model.onnx'), encodeModel(graph));
    const model = readTextModel(folder.path);
    const request = { text: 'w5 w6', pair: null, target: null, maxTokens: null, onLongText: 'error', model } as const;
    await assert.rejects(explainText(localRuntime, request), (error: Error) => {
      assert.ok(error instanceof UnsupportedModel);
      assert.match(error.message, message);
      return true;
    });
  } finally {
    folder.remove();
  }
}

const words = (s: Sketch, ids: string): Value =>
  s.g.gather(s.weight([200, width]), s.input(ids, [batch, tokens], 'int64'), 0);

test('a decoder that attends its own words twice in a layer (ProphetNet) is refused, with the way out', async () => {
  const s = new Sketch();
  const x = words(s, 'input_ids');
  const memory = s.g.add(x, s.attention(x));
  let y = words(s, 'decoder_input_ids');
  for (const to of [undefined, undefined, memory]) y = s.g.add(y, s.attention(y, to));
  const graph = s.output(s.linear(y, 200), 'logits');
  await assertRefused('bart.ts14', graph, /has 2 self-attentions and 1 cross-attentions; .* Use "trace"/);
});

test('attention in chunks (Longformer) is named where there is no other', async () => {
  const s = new Sketch();
  const x = words(s, 'input_ids');
  const a = s.softmax(s.g.transpose(s.scores(x, x), [0, 2, 1, 3]));
  const none = s.g.tensor(constant('int64', [8], new Array<number>(8).fill(0)));
  const rows = s.g.reshape(s.g.op('Pad', [a, none]), [batch, tokens, heads, 1, tokens]);
  const context = s.g.reshape(s.g.matmul(rows, s.g.unsqueeze(s.split(s.linear(x)), [1])), [batch, tokens, width]);
  const graph = s.output(s.g.add(x, context), 'last_hidden_state');
  await assertRefused(
    'bert.ts14',
    graph,
    /cannot be explained\. The softmax ".*" weighs values in a way that is not read/,
  );
});
