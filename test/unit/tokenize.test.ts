import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { contextLength } from '../../src/explain/tokenize/context';
import { paddingId, padPrompts, readOutPosition } from '../../src/explain/tokenize/pad';
import { loadTokenizer, tokenize, type TextTokenizer, type Tokenized } from '../../src/explain/tokenize/tokenizer';
import { splitWords } from '../../src/explain/tokenize/words';
import { BadFile, UnsupportedModel, UsageError } from '../../src/shared/errors';
import { readSafetensors } from '../../src/shared/safetensors';

const models = new URL('../../models/', import.meta.url);
const json = <T>(path: string): T => JSON.parse(readFileSync(new URL(path, models), 'utf8')) as T;
const tensors = (path: string) => readSafetensors(readFileSync(new URL(path, models))).tensors;
const folder = (name: string): TextTokenizer =>
  loadTokenizer(json(`${name}/tokenizer.json`), json(`${name}/tokenizer_config.json`), name);

const clip = folder('emoji-clip');
const bert = folder('minilm');

/** "text→word", special tokens as "*". */
const told = ({ tokens }: Tokenized): string =>
  tokens.map((t) => (t.special ? '*' : `${t.text}→${t.word}`)).join(' | ');

test("emoji-clip: the pieces of every sample prompt are the golden's", () => {
  for (const { prompts, tokens } of json<{ prompts: string[]; tokens: string[][] }[]>('emoji-clip/golden.json')) {
    prompts.forEach((prompt, i) => assert.deepEqual(tokenize(clip, prompt).pieces.slice(1, -1), tokens[i]));
  }
});

test("emoji-clip: the batch of prompts is the golden's input_ids, padded with the end token to the longest", () => {
  const [sample] = json<{ image: string; prompts: string[] }[]>('emoji-clip/golden.json');
  const rows = sample!.prompts.map((prompt) => tokenize(clip, prompt));
  const { inputIds, attentionMask, length } = padPrompts(rows, { padId: paddingId(clip), length: 'longest' });
  assert.deepEqual(inputIds, tensors('emoji-clip/golden-space.safetensors')['input_ids']);
  assert.equal(length, 6);
  assert.deepEqual([...(attentionMask.data as BigInt64Array)].slice(0, 6), [1n, 1n, 1n, 1n, 1n, 0n]);
});

test("minilm: a text and a pair of texts are the golden's, type ids included", () => {
  const goldens =
    json<Record<'fox' | 'pair', { text: string; pair: string | null; tokens: string[] }>>('minilm/golden.json');
  for (const [name, { text, pair, tokens }] of Object.entries(goldens)) {
    const result = tokenize(bert, text, pair === null ? {} : { pair });
    assert.deepEqual(result.pieces, tokens);
    const golden = tensors(`minilm/golden-${name}.safetensors`);
    assert.deepEqual(result.ids.map(BigInt), [...(golden['input.input_ids']!.data as BigInt64Array)]);
    assert.deepEqual(result.typeIds.map(BigInt), [...(golden['input.token_type_ids']!.data as BigInt64Array)]);
  }
});

test('ids equal those of Hugging Face’s tokenizers 0.22.2 for 190 odd texts', () => {
  // [text, emoji-clip's ids, minilm's ids]: emoji, right-to-left, accents, ligatures, control characters, typed special tokens, random mixtures
  const rows = JSON.parse(readFileSync(new URL('../fixtures/tokenize/odd-texts.json', import.meta.url), 'utf8')) as [
    string,
    number[],
    number[],
  ][];
  for (const [text, clipIds, bertIds] of rows) {
    assert.deepEqual(tokenize(clip, text).ids, clipIds, JSON.stringify(text));
    assert.deepEqual(tokenize(bert, text).ids, bertIds, JSON.stringify(text));
  }
});

test('words are what the person typed between spaces, with their punctuation', () => {
  const result = tokenize(clip, "a  man's hat.");
  assert.deepEqual(result.words, ['a', "man's", 'hat.']);
  assert.equal(told(result), "* | a→0 | man→1 | '→1 | s→1 | hat→2 | .→2 | *");
  assert.equal(told(tokenize(clip, 'fox - dog')), '* | fox→0 | -→1 | dog→2 | *');
});

test('a pair counts its words on', () => {
  const result = tokenize(bert, 'The cat.', { pair: 'It purred.' });
  assert.deepEqual(result.words, ['The', 'cat.', 'It', 'purred.']);
  assert.deepEqual(
    result.tokens.map((t) => t.word),
    [-1, 0, 1, 1, -1, 2, 3, 3, 3, -1],
  );
});

test('a character spread over several tokens is shown with its share of them', () => {
  assert.equal(
    told(tokenize(clip, '🦊 naïve')),
    '* | 🦊 1/4→0 | 🦊 2/4→0 | 🦊 3/4→0 | 🦊 4/4→0 | na→1 | ï 1/2→1 | ï 2/2→1 | ve→1 | *',
  );
  assert.match(told(tokenize(clip, '👩\u200d🚀')), /U\+200D 1\/3→0/);
  assert.match(told(tokenize(clip, 'שלום')), /ש 1\/2→0 \| ש 2\/2→0/);
});

test('an unknown word is a token of the word, a special token that was typed is none', () => {
  assert.equal(told(tokenize(bert, 'a 🦊')), '* | a→0 | [UNK]→1 | *');
  assert.equal(told(tokenize(bert, 'a [MASK] b')), '* | a→0 | * | b→2 | *');
});

test('capital sigma is lower-cased by the character, as Hugging Face does', () => {
  assert.deepEqual(tokenize(bert, 'ΟΔΟΣ').pieces, ['[CLS]', 'ο', '##δ', '##ο', '##σ', '[SEP]']);
});

test('a longer prompt is an error that says by how much, or is cut and keeps its end token', () => {
  const long = 'a rocket '.repeat(30);
  assert.throws(
    () => tokenize(clip, long, { maxLength: 32 }),
    (e: unknown) =>
      e instanceof UsageError &&
      /"a rocket a rocket.*…" has 62 tokens, 2 special ones included, and the model reads 32/.test(e.message),
  );
  const cut = tokenize(clip, long, { maxLength: 32, longer: 'truncate' });
  assert.equal(cut.ids.length, 32);
  assert.equal(cut.ids.at(-1), clip.eosId);
  assert.equal(cut.truncatedTo, 30);
  assert.equal(cut.words.length, 60);
  assert.equal(tokenize(clip, 'a cow', { maxLength: 32 }).truncatedTo, null);
  assert.throws(() => tokenize(clip, long, { maxLength: 1, longer: 'truncate' }), UsageError);
});

test('of a pair the longer text is cut first, as Hugging Face does', () => {
  const ids = (text: string, pair: string, maxLength: number): readonly number[] =>
    tokenize(bert, text, { pair, maxLength, longer: 'truncate' }).ids;
  assert.deepEqual(ids('one two three four five six', 'a b c', 9), [101, 2028, 2048, 2093, 102, 1037, 1038, 1039, 102]);
  assert.deepEqual(
    ids('one two three four five six', 'a b c d e f', 10),
    [101, 2028, 2048, 2093, 102, 1037, 1038, 1039, 1040, 102],
  );
});

test('every token of any text belongs to one of its words, in their order', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.lorem({ mode: 'sentences', maxCount: 2 }),
  );
  fc.assert(
    fc.property(text, fc.constantFrom(clip, bert), (prompt, tokenizer) => {
      const { ids, tokens, words } = tokenize(tokenizer, prompt);
      assert.deepEqual(words, splitWords(prompt));
      assert.deepEqual(
        tokens.map((t) => t.id),
        ids,
      );
      const own = tokens.filter((t) => !t.special);
      assert.ok(own.every((t, i) => t.text !== '' && t.word >= (own[i - 1]?.word ?? 0) && t.word < words.length));
      assert.ok(tokens[0]!.special && tokens.at(-1)!.special);
    }),
    { numRuns: 500 },
  );
});

/** A tokenizer of GPT-2's kind, whose tokens hold the space before them. */
const gpt2 = {
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
  post_processor: null,
  decoder: { type: 'ByteLevel' },
  model: { type: 'BPE', unk_token: null, vocab: { a: 0, b: 1, Ġ: 2, Ġb: 3, '.': 4 }, merges: ['Ġ b'] },
};

/** A tokenizer of T5's and SigLIP's kind, with an end token. */
const t5 = {
  added_tokens: [
    { id: 1, content: '</s>', special: true, single_word: false, lstrip: false, rstrip: false, normalized: false },
  ],
  normalizer: null,
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }],
    pair: [
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '</s>', type_id: 0 } },
      { Sequence: { id: 'B', type_id: 0 } },
      { SpecialToken: { id: '</s>', type_id: 0 } },
    ],
    special_tokens: { '</s>': { id: '</s>', ids: [1], tokens: ['</s>'] } },
  },
  decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  model: {
    type: 'Unigram',
    unk_id: 0,
    vocab: [
      ['<unk>', 0],
      ['</s>', 0],
      ['▁', -3],
      ['▁dog', -1],
      ['▁a', -1],
      ['b', -2],
      ['s', -2],
      ['a', -4],
    ],
  },
};

test('tokens that begin with a space belong to the word after it and are shown without it', () => {
  const tokenizer = loadTokenizer(gpt2, {}, 'gpt2');
  const result = tokenize(tokenizer, 'a b. b');
  assert.deepEqual(result.pieces, ['a', 'Ġb', '.', 'Ġb']);
  assert.equal(told(result), 'a→0 | b→1 | .→1 | b→2');
  assert.equal(told(tokenize(tokenizer, 'a  b')), 'a→0 | ␣→1 | b→1', 'a doubled space goes with the next word');
  assert.equal(tokenize(tokenizer, 'a', { pair: 'b' }).ids.join(), '0,1');
});

test('pieces with ▁ are words too, and the end token is special', () => {
  const tokenizer = loadTokenizer(t5, { pad_token: { content: '</s>' } }, 'siglip');
  const result = tokenize(tokenizer, 'a dogs bs');
  assert.deepEqual(result.pieces, ['▁a', '▁dog', 's', '▁', 'b', 's', '</s>']);
  assert.equal(told(result), 'a→0 | dog→1 | s→1 | ␣→2 | b→2 | s→2 | *');
  assert.equal(tokenizer.padId, 1);
});

test('SigLIP’s prompts fill all positions and are read at the last', () => {
  const { inputIds } = padPrompts([{ ids: [5, 1] }], { padId: 1, length: 4 });
  assert.deepEqual(inputIds, { dtype: 'int64', dims: [1, 4], data: BigInt64Array.of(5n, 1n, 1n, 1n) });
  assert.equal(readOutPosition('last', [5, 1], 4, 1), 3);
  assert.throws(() => padPrompts([{ ids: [5, 1] }], { padId: 1, length: 1 }), /does not fit/);
});

test('CLIP is read at the first end token, or at the largest id where the config says 2', () => {
  const read = (ids: readonly number[], eos: number | undefined) => readOutPosition('end', ids, ids.length, eos);
  const padded = [4094, 320, 1563, 4095, 4095, 4095];
  assert.equal(read(padded, 4095), 3);
  assert.equal(read(padded, 2), 3);
  assert.equal(read([49406, 2, 7, 49407, 0, 0], 2), 3);
  assert.equal(read([9, 5, 7, 5], 5), 1);
  assert.equal(read(padded, undefined), 3);
});

test('MetaCLIP 2 ends in id 2 and means it; Chinese CLIP and AltCLIP are read at the first token', () => {
  assert.equal(readOutPosition('eos', [0, 581, 250001, 2, 1, 1], 6, 2), 3);
  assert.equal(readOutPosition('first', [101, 8, 102], 3, undefined), 0);
});

test('the padding token comes from the tokenizer, the text config, or is the end token', () => {
  assert.equal(paddingId(clip), 4095);
  assert.equal(paddingId(bert), 0);
  assert.equal(paddingId({ padId: null, eosId: 7 }, { pad_token_id: 1 }), 1);
  assert.equal(paddingId({ padId: null, eosId: 7 }), 7);
  assert.equal(paddingId({ padId: null, eosId: null }), 0);
});

test('the context length is the lower of positions and tokenizer limit', () => {
  assert.equal(contextLength(json('emoji-clip/config.json'), json('emoji-clip/tokenizer_config.json')), 32);
  assert.equal(contextLength(json('minilm/config.json'), json('minilm/tokenizer_config.json')), 512);
  assert.equal(contextLength({ max_position_embeddings: 514 }, { model_max_length: 512 }), 512);
  assert.equal(contextLength({ model_type: 'siglip', text_config: {} }, { model_max_length: 1e30 }), 64);
  assert.equal(contextLength({}, {}), Infinity);
});

test('a damaged or unknown tokenizer is refused with a sentence', () => {
  const config = {};
  assert.throws(
    () => loadTokenizer(null, config, 'm'),
    (e: unknown) => e instanceof BadFile && /tokenizer\.json of m is damaged/.test(e.message),
  );
  assert.throws(() => loadTokenizer({ ...t5, added_tokens: [{}] }, config, 'm'), BadFile);
  assert.throws(
    () => loadTokenizer(t5, 'x', 'm'),
    (e: unknown) => e instanceof BadFile && /tokenizer_config\.json/.test(e.message),
  );
  assert.throws(() => loadTokenizer({ ...t5, model: { type: 'Odd' } }, config, 'm'), UnsupportedModel);
});
