import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTextModel } from '../../../src/explain/text/model';
import { traceModel } from '../../../src/explain/trace-model';
import { meanAttention, meanRelevance } from '../../../src/shared/heads';
import type { FloatTensor, Tensor, TensorMap } from '../../../src/shared/tensor';
import { elementCount, floatTensor } from '../../../src/shared/tensor';
import type { TextExplanation } from '../../../src/shared/text/explanation';
import { textRelevance } from '../../../src/shared/text/reading';
import { fixtureNames, loadFixture, relativeError, type Fixture } from '../support/fixture';
import { textTensors } from '../support/ask-text';
import { keepingRuntime } from '../support/ort';
import { textFolderOf, wordsOf } from '../support/text-folder';

/** What a fixture's first text says, and how its targets are asked for. */
interface Asked {
  readonly text: string;
  readonly pair: string | null;
  /** By index into the fixture's targets. */
  readonly targets: readonly (readonly [number, string | null])[];
}

const names = fixtureNames().filter((name) => /^(bert|distilbert|roberta|gpt2|t5|bart)/.test(name));

/** The ids of the first text that stand between special tokens. */
const idsOf = ({ inputs }: Fixture, name = 'input_ids'): number[] => {
  const { dims, data } = inputs[name];
  const mask = name === 'input_ids' ? inputs.attention_mask.data : null;
  return Array.from({ length: dims[1] }, (_, i) => Number(data[i])).filter((_, i) => mask === null || Number(mask[i]));
};

function askedOf(fixture: Fixture): Asked {
  const ids = idsOf(fixture);
  const classes = fixture.meta.targets.map((target, t): [number, string] => [t, `class:${target.index[1]}`]);
  switch (fixture.meta.family) {
    case 'bert':
      return { text: wordsOf(ids.slice(1, -1)), pair: null, targets: [[0, null]] };
    case 'bert-seqcls': {
      const middle = ids.indexOf(102);
      return { text: wordsOf(ids.slice(1, middle)), pair: wordsOf(ids.slice(middle + 1, -1)), targets: classes };
    }
    case 'distilbert':
      return { text: wordsOf(ids.slice(1, -1)), pair: null, targets: classes };
    case 'roberta-mlm':
      return {
        text: wordsOf(ids.slice(1, -1)).replace('w3 ', '<mask> '),
        pair: null,
        targets: fixture.meta.targets.map(({ index }, t) => [t, `masked:w${index[2]}`]),
      };
    case 'gpt2':
    case 'gpt2-past':
      return {
        text: wordsOf(ids),
        pair: null,
        targets: fixture.meta.targets.map(({ index }, t) => [t, `next:w${index[2]}`]),
      };
    default:
      return {
        text: wordsOf(ids.slice(0, -1)),
        pair: wordsOf(idsOf(fixture, 'decoder_input_ids').slice(1)),
        targets: fixture.meta.targets.map(({ index }, t) => [t, `next:w${index[2]}`]),
      };
  }
}

/** The first entry of the golden's batch, cut to the sizes that the text has without padding. */
function cutTo(golden: Tensor, dims: readonly number[]): FloatTensor {
  const data = new Float32Array(elementCount(dims));
  data.forEach((_, i) => {
    let at = 0;
    for (let axis = dims.length - 1, rest = i, step = 1; axis >= 0; axis--) {
      at += (rest % dims[axis]) * step;
      rest = Math.floor(rest / dims[axis]);
      step *= golden.dims[axis];
    }
    data[i] = Number(golden.data[at]);
  });
  return floatTensor(dims, data);
}

const request = { maxTokens: null, onLongText: 'error' } as const;

const cases = [
  ...names.map((name) => ({ name, from: name, apart: false })),
  { name: 't5 as encoder and merged decoder', from: 't5.ts14', apart: true },
  { name: 'bart as encoder and decoder', from: 'bart.ts14', apart: true },
];

for (const { name, from, apart } of cases) {
  const fixture = loadFixture(from);
  const { meta, golden } = fixture;
  // Activations are rounded by the range of the whole batch there, and its cache is full here.
  const batched = meta.dtype === 'int8' || meta.family === 'gpt2-past';

  if (!batched)
    test(`${name}: a text's attentions, gradients, hidden states, saliency and relevance are PyTorch's`, async () => {
      const folder = textFolderOf(from, {}, apart);
      try {
        const model = readTextModel(folder.path);
        const { text, pair, targets } = askedOf(fixture);
        const runtime = keepingRuntime();
        for (const [t, target] of targets) {
          const { explanation, tensors } = await textTensors(runtime, { ...request, model, text, pair, target });
          let compared = 0;
          for (const [key, actual] of Object.entries(tensors)) {
            const [quantity, first, ...rest] = key.split('.');
            if (quantity === 'input') continue;
            const theirs = /gradient/.test(quantity) ? [quantity, t, ...rest].join('.') : key;
            const sharp = golden[`dequantized_${theirs}`];
            const expected = sharp ?? golden[theirs];
            assert.ok(expected, `${theirs} (${first}) has no golden`);
            const limits = sharp ? { ...meta.tolerance, ...meta.tolerance_dequantized } : meta.tolerance;
            const limit =
              quantity === 'attention'
                ? limits.attention
                : quantity === 'gradient'
                  ? limits.gradient
                  : 5 * (quantity === 'embedding_gradient' ? limits.gradient : limits.output);
            const error = relativeError(actual, cutTo(expected, actual.dims));
            assert.ok(error <= limit, `${key}: ${error}, allowed ${limit}`);
            compared++;
          }
          assert.ok(compared >= 3 * meta.attentions.length);
          checkReduced(explanation, tensors);
          checkRow(fixture, t, explanation);
          if (meta.targets[t].index.length > 0)
            assert.ok(Math.abs(explanation.target.value - meta.targets[t].value) < 1e-2, `${explanation.target.value}`);
        }
        assert.equal(runtime.requests.length, 1, 'all targets of an output share a session');
      } finally {
        folder.remove();
      }
    });

  test(`${name}: one session serves texts of other lengths, and says what a graph made for each says`, async () => {
    const folder = textFolderOf(from, {}, apart);
    try {
      const model = readTextModel(folder.path);
      const asked = askedOf(fixture);
      const target = asked.targets[0][1];
      const runtime = keepingRuntime();
      for (const words of [2, 5, 1]) {
        const shortened = (text: string | null) =>
          text && [...text.split(' ').slice(0, words), ...mask(text)].join(' ');
        const { explanation, tensors } = await textTensors(runtime, {
          ...{ ...request, model, target },
          text: shortened(asked.text)!,
          pair: shortened(asked.pair),
        });
        const inputs = Object.fromEntries(
          Object.entries(tensors).flatMap(([key, t]) => (key.startsWith('input.') ? [[key.slice(6), t]] : [])),
        );
        const whole = await traceModel(runtime, { model: fixture.model, inputs, targets: [explanation.target.text] });
        for (const [key, actual] of Object.entries(tensors)) {
          if (key.startsWith('input.')) continue;
          const error = relativeError(actual, whole.tensors[key]);
          assert.ok(error < 2e-5, `${key} of ${words} words: ${error}`);
        }
        assert.ok(Math.abs(explanation.target.value - whole.report.targets[0].value) < 1e-4);
      }
      assert.equal(runtime.requests.filter((r) => r.includes('"text"')).length, 1);
    } finally {
      folder.remove();
    }
  });
}

const mask = (text: string): string[] => (text.includes('<mask>') ? ['<mask>'] : []);

/** What was reduced inside the graph is what its tensors say; the row that is read is the rule's. */
function checkReduced(explanation: TextExplanation, tensors: TensorMap): void {
  const order = Object.keys(tensors).flatMap((key) => (/^attention\.\d+$/.test(key) ? [Number(key.slice(10))] : []));
  const cross = explanation.attentions.length > 1;
  for (const group of explanation.attentions) {
    const own = cross ? order.filter((i) => belongs(i, group.name, explanation.attentions[0].layers)) : order;
    assert.equal(own.length, group.layers);
    own.forEach((i, layer) => {
      const [, heads, queries, keys] = tensors[`attention.${i}`].dims;
      const layerOf = {
        ...{ heads, queries, keys },
        attention: tensors[`attention.${i}`].data as Float32Array,
        gradient: tensors[`gradient.0.${i}`].data as Float32Array,
      };
      assert.deepEqual([...group.attention[layer].dims], [queries, keys]);
      near(group.attention[layer].data, meanAttention(layerOf).data, 1e-5);
      near(group.relevance[layer].data, meanRelevance(layerOf).data, 1e-5);
    });
  }
}

/** The row of relevance that a fixture has a golden for. */
function checkRow({ meta, golden }: Fixture, target: number, explanation: TextExplanation): void {
  const read = meta.read_row?.find((r) => r.target === undefined || r.target === target);
  assert.ok(read);
  const sequence = explanation.sequences.length - 1;
  const layers = { first: 0, last: explanation.attentions.at(-1)!.layers - 1 };
  const row = textRelevance(explanation, { sequence, token: read.row, layers });
  const actual = row.other ?? row.own;
  const name = `relevance.${target}.all`;
  const expected = golden[`dequantized_${name}`] ?? golden[name];
  const error = relativeError(
    floatTensor([actual.length], Float32Array.from(actual)),
    floatTensor([actual.length], (expected.data as Float32Array).slice(0, actual.length)),
  );
  assert.ok(error <= 5 * (meta.tolerance_dequantized ?? meta.tolerance).gradient, `${name}: ${error}`);
}

/** In execution order: the encoder's layers, then self- and cross-attention of each layer of the decoder. */
const belongs = (index: number, group: string, encoderLayers: number): boolean =>
  index < encoderLayers
    ? group === 'encoder'
    : (index - encoderLayers) % 2 === 0
      ? group === 'decoder'
      : group === 'cross';

function near(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  const top = Math.max(1e-12, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) assert.ok(Math.abs(actual[i] - expected[i]) <= tolerance * top);
}
