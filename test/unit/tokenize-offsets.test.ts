import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadTokenizer, tokenize, type TextTokenizer } from '../../src/explain/tokenize/tokenizer';
import { BadFile, UnsupportedModel } from '../../src/shared/errors';

/** What Hugging Face's own library (Rust) says: scripts/fixtures/offsets.py. */
interface Goldens {
  readonly texts: readonly string[];
  readonly models: Readonly<Record<'minilm' | 'emoji-clip', readonly Flat[]>>;
  readonly families: Readonly<Record<string, Family>>;
}

/** id, start, end of one token after the other. */
type Flat = readonly number[];

interface Family {
  /** The family that lends what `tokenizer` leaves out. */
  readonly of: string | null;
  readonly tokenizer: object;
  readonly tokens: readonly Flat[];
}

const json = <T>(path: string): T => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')) as T;
const { texts, models, families } = json<Goldens>('test/fixtures/tokenize/offsets.json');

const fileOf = ({ of, tokenizer }: Family): object => ({ ...(of !== null && families[of]!.tokenizer), ...tokenizer });
const family = (name: string): TextTokenizer => loadTokenizer(fileOf(families[name]!), {}, name);
const model = (name: string): TextTokenizer =>
  loadTokenizer(json(`models/${name}/tokenizer.json`), json(`models/${name}/tokenizer_config.json`), name);
const minilm = model('minilm');
const all: [string, TextTokenizer, readonly Flat[]][] = [
  ['minilm', minilm, models.minilm],
  ['emoji-clip', model('emoji-clip'), models['emoji-clip']],
  ...Object.entries(families).map(([name, { tokens }]): [string, TextTokenizer, readonly Flat[]] => [
    name,
    family(name),
    tokens,
  ]),
];

for (const [name, tokenizer, tokens] of all) {
  test(`${name}: ids and offsets are those of Hugging Face's fast tokenizers`, () => {
    texts.forEach((text, i) => {
      const placed = tokenizer.place(text).flatMap(({ id, start, end }) => [id, start, end]);
      assert.deepEqual(placed, tokens[i], JSON.stringify(text));
    });
  });
}

/** "piece⟨its characters⟩", or the piece alone. */
function told(tokenizer: TextTokenizer, text: string, pair?: string): string {
  const { pieces, offsets, sources } = tokenize(tokenizer, text, pair === undefined ? {} : { pair });
  const of = [text, pair];
  return pieces
    .map((piece, i) => {
      const offset = offsets[i];
      return offset ? `${piece}⟨${of[sources[i]!]!.slice(offset.start, offset.end)}⟩` : piece;
    })
    .join(' ');
}

test("a token has the text's own characters: accents, capitals and all; the template's tokens have none", () => {
  assert.equal(told(minilm, 'Naïve CAFE\u0301ing'), '[CLS] naive⟨Naïve⟩ cafe⟨CAFE⟩ ##ing⟨ing⟩ [SEP]');
  assert.equal(told(minilm, '🦊 İ'), '[CLS] [UNK]⟨🦊⟩ i⟨İ⟩ [SEP]');
});

test('a special token that was typed has its place', () => {
  assert.equal(told(minilm, 'a [MASK].'), '[CLS] a⟨a⟩ [MASK]⟨[MASK]⟩ .⟨.⟩ [SEP]');
});

test('offsets of a pair are counted in the text of each', () => {
  assert.equal(told(minilm, 'The cat.', 'It sat'), '[CLS] the⟨The⟩ cat⟨cat⟩ .⟨.⟩ [SEP] it⟨It⟩ sat⟨sat⟩ [SEP]');
});

test('a text that was cut keeps the offsets of what is left', () => {
  const options = { pair: 'one two three', maxLength: 6, longer: 'truncate' } as const;
  const { offsets, sources } = tokenize(minilm, 'a b c d', options);
  assert.deepEqual(offsets, [null, { start: 0, end: 1 }, { start: 2, end: 3 }, null, { start: 0, end: 3 }, null]);
  assert.deepEqual(sources, [null, 0, 0, null, 1, null]);
});

test('an emoji of several tokens is highlighted whole by each of them', () => {
  const tokenizer = family('roberta');
  const fox = tokenizer.place('a 🦊').slice(-4);
  assert.deepEqual(
    fox.map(({ start, end }) => [start, end]),
    [
      [2, 4],
      [2, 4],
      [2, 4],
      [2, 4],
    ],
  );
});

test('of any text the tokens lie in it, in their order, and no character is halved', () => {
  const unit = fc.integer({ max: 0xffff, min: 0 }).map((code) => String.fromCharCode(code));
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), fc.string({ unit }));
  fc.assert(
    fc.property(text, fc.constantFrom(...all.map(([, tokenizer]) => tokenizer)), (written, tokenizer) => {
      let last = 0;
      for (const { start, end } of tokenizer.place(written)) {
        assert.ok(last <= start && start <= end && end <= written.length);
        for (const at of [start, end]) assert.doesNotMatch(written.slice(at - 1, at + 1), /[\u{10000}-\u{10ffff}]/u);
        last = start;
      }
    }),
    { numRuns: 300 },
  );
});

test('a lone surrogate is one unknown character', () => {
  assert.equal(told(family('bert-cased'), 'fox\ud800 fox'), '[CLS] fox⟨fox⟩ fox⟨fox⟩ [SEP]');
  assert.deepEqual(
    new Set(
      family('roberta')
        .place('\udc00')
        .slice(1)
        .map(({ start, end }) => `${start}–${end}`),
    ),
    new Set(['0–1']),
  );
});

test('a normaliser that is not known is refused by name, a damaged one as a damaged file', () => {
  const { of: _, tokenizer } = families['bert-uncased']!;
  assert.throws(
    () => loadTokenizer({ ...tokenizer, normalizer: { type: 'Odd' } }, {}, 'm'),
    (e: unknown) => e instanceof UnsupportedModel && /Odd/.test(e.message),
  );
  assert.throws(
    () => loadTokenizer({ ...tokenizer, normalizer: { type: 'Prepend', prepend: 3 } }, {}, 'm'),
    (e: unknown) => e instanceof BadFile && /tokenizer\.json of m is damaged \(prepend\)/.test(e.message),
  );
});
