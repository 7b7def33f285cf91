import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findHiddenStates } from '../../../src/onnx/attention/hidden';
import { findAttentions } from '../../../src/onnx/attention/name';
import type { Value } from '../../../src/onnx/graph/graph';
import { heads, Sketch, width } from './build';

type Scores = (s: Sketch, query: Value, key: Value) => Value;

const perHead = (s: Sketch, x: Value) => s.g.reshape(s.linear(x), [0, 0, heads, width / heads]);

/** The ways in which exporters write Q·Kᵀ; queries and keys are [batch, tokens, heads, width / heads]. */
const ways: Record<string, Scores> = {
  'Einsum of queries and keys': (s, q, k) => s.g.op('Einsum', [q, k], { equation: 'bqhd,bkhd->bhqk' }),
  'Einsum of keys and queries (Keras)': (s, q, k) => s.g.op('Einsum', [k, q], { equation: 'aecd,abcd->acbe' }),
  'Einsum with an ellipsis': (s, q, k) =>
    s.g.op('Einsum', [s.g.transpose(k, [0, 2, 1, 3]), s.g.transpose(q, [0, 2, 1, 3])], {
      equation: '...kd, ...qd -> ...qk',
    }),
  'K·Qᵀ, transposed': (s, q, k) =>
    s.g.transpose(s.g.matmul(s.g.transpose(k, [0, 2, 1, 3]), s.g.transpose(q, [0, 2, 3, 1])), [0, 1, 3, 2]),
  'Einsum to keys and queries, transposed': (s, q, k) =>
    s.g.transpose(s.g.op('Einsum', [q, k], { equation: 'bqhd,bkhd->khbq' }), [2, 1, 3, 0]),
};

for (const [name, scores] of Object.entries(ways))
  test(`encoder and decoder are told apart by who looks at whom: ${name}`, () => {
    const s = new Sketch();
    const attention = (x: Value, to = x) => {
      const a = s.softmax(scores(s, perHead(s, x), perHead(s, to)));
      const context = s.g.op('Einsum', [a, perHead(s, to)], { equation: 'acbe,aecd->abcd' });
      return s.g.add(x, s.linear(s.g.reshape(context, [0, 0, width])));
    };
    const forward = (x: Value) => s.g.add(x, s.feedForward(x));
    const memory = forward(attention(s.linear(s.input('source'))));
    const words = s.linear(s.input('target'));
    const found = findAttentions(s.output(forward(attention(attention(words), memory))));
    assert.deepEqual(
      found.map((a) => `${a.stack} ${a.layer} ${a.kind}`),
      ['encoder 0 self', 'decoder 0 self', 'decoder 0 cross'],
    );
    assert.deepEqual(
      findHiddenStates(found).map((h) => [h.stack, h.states.length]),
      [
        ['encoder', 2],
        ['decoder', 2],
      ],
    );
  });
