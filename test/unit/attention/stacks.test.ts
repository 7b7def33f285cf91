import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findHiddenStates } from '../../../src/onnx/attention/hidden';
import { findAttentions } from '../../../src/onnx/attention/name';
import type { Graph, Value } from '../../../src/onnx/graph/graph';
import { constant } from '../../../src/onnx/graph/tensor';
import { inferGraph } from '../../../src/onnx/shapes/infer';
import { batch, Sketch, tokens, width } from './build';

const stacks = (graph: Graph) => findAttentions(graph).map((a) => `${a.stack} ${a.layer} ${a.kind}`);

const block = (s: Sketch, x: Value, mask?: Value): Value => {
  const y = s.g.add(x, s.attention(s.norm(x), undefined, mask));
  return s.g.add(y, s.feedForward(s.norm(y)));
};

/** Attention and feed-forward side by side, both added to the same sum. */
const parallel = (s: Sketch, x: Value): Value => {
  const h = s.norm(x);
  return s.g.add(s.g.add(x, s.attention(h)), s.feedForward(h));
};

const vocabulary = 11;

/** A folded mask, 0 where a query may look. */
const folded = (s: Sketch, hidden: (q: number, k: number) => boolean): Value =>
  s.g.tensor(
    constant(
      'float32',
      [1, 1, tokens, tokens],
      Array.from({ length: tokens ** 2 }, (_, i) => (hidden(Math.floor(i / tokens), i % tokens) ? -1e9 : 0)),
    ),
  );

function languageModel(hidden: (q: number, k: number) => boolean): Graph {
  const s = new Sketch();
  const words = s.g.gather(s.weight([vocabulary, width]), s.input('input_ids', [batch, tokens], 'int64'), 0);
  const y = block(s, words, folded(s, hidden));
  return s.output(s.linear(s.norm(y), vocabulary), 'logits');
}

test('logits over the vocabulary and a mask that the exporter has folded make a decoder; a local window alone does not', () => {
  assert.deepEqual(stacks(languageModel((q, k) => k > q)), ['decoder 0 self']);
  assert.deepEqual(stacks(languageModel((q, k) => k > q || k < q - 2)), ['decoder 0 self']);
  assert.deepEqual(stacks(languageModel((q, k) => Math.abs(q - k) > 1)), ['text 0 self']);
});

test('a stream of words and patches runs after both, whatever it starts from', () => {
  const s = new Sketch();
  const patches = block(s, s.linear(s.g.reshape(s.input('pixel_values', [batch, tokens, 2, 4]), [0, 0, width])));
  const words = s.g.gather(s.weight([vocabulary, width]), s.input('input_ids', [batch, tokens], 'int64'), 0);
  const both = block(s, s.g.concat([s.linear(patches), s.linear(block(s, words))], 1));
  assert.deepEqual(stacks(s.output(both)), ['vision 0 self', 'text 0 self', 'encoder 0 self']);
});

test('a stage without a residual connection goes on in its stream', () => {
  const s = new Sketch();
  const x = block(s, s.linear(s.input('pixel_values', [batch, tokens, width])));
  assert.deepEqual(stacks(s.output(block(s, s.attention(x)))), ['vision 0 self', 'vision 1 self', 'vision 2 self']);
});

test('sound is heard, not seen', () => {
  const s = new Sketch();
  assert.deepEqual(stacks(s.output(block(s, s.linear(s.input('input_values'))))), ['audio 0 self']);
});

test('hidden states: attention and feed-forward side by side', () => {
  const s = new Sketch();
  const first = parallel(s, s.linear(s.input('x')));
  const last = parallel(s, first);
  const graph = s.output(s.linear(s.norm(last)));
  const [{ states }] = findHiddenStates(findAttentions(graph));
  assert.deepEqual(states.slice(1), [first, last]);
});

test('hidden states: a feed-forward block on [batch·tokens, width]', () => {
  const s = new Sketch();
  const x = s.linear(s.input('x'));
  const y = s.g.add(x, s.attention(s.norm(x)));
  const flat = s.g.reshape(y, [-1, width]);
  const last = s.g.reshape(s.g.add(flat, s.feedForward(s.norm(flat))), [batch, tokens, width]);
  const graph = s.output(s.linear(s.norm(last)));
  inferGraph(graph);
  assert.deepEqual(findHiddenStates(findAttentions(graph))[0].states, [x, last]);
});

test('hidden states: an encoder of text ends in its final normalisation (ModernBERT), a tower beside another does not (CLIP)', () => {
  const text = (s: Sketch) => {
    const words = s.g.gather(s.weight([vocabulary, width]), s.input('input_ids', [batch, tokens], 'int64'), 0);
    const last = block(s, words);
    return { last, normed: s.norm(last) };
  };
  const lastOf = (graph: Graph) =>
    findHiddenStates(findAttentions(graph))
      .find(({ stack }) => stack === 'text')!
      .states.at(-1);

  const encoder = new Sketch();
  const alone = text(encoder);
  assert.equal(lastOf(encoder.output(encoder.linear(alone.normed))), alone.normed);

  const clip = new Sketch();
  const vision = clip.norm(block(clip, clip.linear(clip.input('pixel_values', [batch, tokens, width]))));
  const tower = text(clip);
  clip.output(vision, 'image_embeds');
  assert.equal(lastOf(clip.output(clip.linear(tower.normed), 'text_embeds')), tower.last);
});

test('hidden states: layers that end with their attention, with MobileBERT’s scale and shift behind it or with nothing', () => {
  const noNorm = (s: Sketch, x: Value) => s.g.add(s.g.mul(x, s.weight([width])), s.weight([width]));
  for (const end of [noNorm, (_: Sketch, x: Value) => x]) {
    const s = new Sketch();
    const layer = (x: Value) => end(s, s.g.add(x, s.attention(x)));
    const states = [s.linear(s.input('x'))];
    for (let i = 0; i < 2; i++) states.push(layer(states[i]));
    const graph = s.output(s.linear(states[2]));
    assert.deepEqual(findHiddenStates(findAttentions(graph))[0].states, states);
  }
});

test('hidden states: none where the last feed-forward block is not found but the others were', () => {
  const s = new Sketch();
  const first = block(s, s.linear(s.input('x')));
  const last = s.g.add(first, s.attention(s.norm(first)));
  const graph = s.output(s.feedForward(s.norm(last)));
  assert.deepEqual(findHiddenStates(findAttentions(graph)), []);
});
