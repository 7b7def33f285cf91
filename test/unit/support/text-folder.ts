import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixturesFolder, loadFixture } from './fixture';

/** How a family writes its special tokens, and what its fixtures predict. */
interface Family {
  readonly vocabulary: number;
  /** By their text; the rest of the vocabulary is w0, w1, … */
  readonly special: Readonly<Record<string, number>>;
  readonly single: string;
  readonly pair: string | null;
  readonly config?: object;
  readonly tokenizerConfig?: object;
}

const bert: Family = {
  vocabulary: 200,
  special: { '[PAD]': 0, '[CLS]': 101, '[SEP]': 102, '[MASK]': 103, '[UNK]': 100 },
  single: '[CLS] A [SEP]',
  pair: '[CLS] A [SEP] B [SEP]',
  tokenizerConfig: { pad_token: '[PAD]', mask_token: '[MASK]', model_max_length: 32 },
};

const families: Readonly<Record<string, Family>> = {
  bert,
  'bert-seqcls': { ...bert, config: { id2label: { 0: 'red', 1: 'green', 2: 'blue' } } },
  distilbert: { ...bert, config: { id2label: { 0: 'NEGATIVE', 1: 'POSITIVE' } } },
  'roberta-mlm': {
    vocabulary: 160,
    special: { '<s>': 0, '<pad>': 1, '</s>': 2, '<mask>': 3 },
    single: '<s> A </s>',
    pair: '<s> A </s> </s> B </s>',
    tokenizerConfig: { pad_token: '<pad>', mask_token: '<mask>' },
  },
  gpt2: { vocabulary: 150, special: {}, single: 'A', pair: 'A B' },
  'gpt2-past': { vocabulary: 150, special: {}, single: 'A', pair: 'A B' },
  t5: {
    vocabulary: 160,
    special: { '<pad>': 0, '</s>': 1 },
    single: 'A </s>',
    pair: 'A </s> B </s>',
    config: { is_encoder_decoder: true, decoder_start_token_id: 0 },
    tokenizerConfig: { pad_token: '<pad>' },
  },
  bart: {
    vocabulary: 160,
    special: { '<pad>': 1, '</s>': 2 },
    single: 'A </s>',
    pair: 'A </s> B </s>',
    config: { is_encoder_decoder: true, decoder_start_token_id: 2 },
    tokenizerConfig: { pad_token: '<pad>' },
  },
};

/** A folder made for a test. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/**
 * A text model's folder made of a fixture: its graph with a config and a tokenizer whose words are `w0`, `w1`, … by their ids.
 * @param apart its encoder and decoder are in files of their own, as in test/fixtures/split
 */
export function textFolderOf(fixture: string, changes: object = {}, apart = false): TemporaryFolder {
  const { meta } = loadFixture(fixture);
  const { vocabulary, special, single, pair, config, tokenizerConfig } = families[meta.family]!;
  const source = apart ? join(fixturesFolder, 'split', meta.family) : join(fixturesFolder, fixture);
  const path = mkdtempSync(join(tmpdir(), `lens ${fixture} ü `));
  for (const file of readdirSync(source)) if (/model[._]/.test(file)) cpSync(join(source, file), join(path, file));
  const write = (name: string, json: object) => writeFileSync(join(path, name), JSON.stringify(json));
  write('config.json', { ...(meta as unknown as { config: object }).config, ...config, ...changes });
  write('tokenizer_config.json', { tokenizer_class: 'PreTrainedTokenizerFast', ...tokenizerConfig });
  write('tokenizer.json', tokenizer(vocabulary, special, single, pair));
  return { path, remove: () => rmSync(path, { recursive: true }) };
}

/** The words that these ids are. */
export const wordsOf = (ids: readonly number[]): string => ids.map((id) => `w${id}`).join(' ');

function tokenizer(vocabulary: number, special: Family['special'], single: string, pair: string | null) {
  const names = new Map(Object.entries(special).map(([name, id]) => [id, name]));
  const template = (text: string) => {
    let part = 0;
    return text.split(' ').map((piece) => {
      if (piece === 'B') part = 1;
      if (piece === 'A' || piece === 'B') return { Sequence: { id: piece, type_id: part } };
      return { SpecialToken: { id: piece, type_id: part } };
    });
  };
  return {
    version: '1.0',
    added_tokens: [...names].map(([id, content]) => ({
      ...{ id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false },
    })),
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: {
      type: 'TemplateProcessing',
      single: template(single),
      pair: template(pair ?? single),
      special_tokens: Object.fromEntries(
        [...names].map(([id, name]) => [name, { id: name, ids: [id], tokens: [name] }]),
      ),
    },
    decoder: null,
    model: {
      type: 'WordLevel',
      // The word a is what tokenizers are tried with.
      vocab: Object.fromEntries([
        ...Array.from({ length: vocabulary }, (_, id) => [names.get(id) ?? `w${id}`, id]),
        ['a', 5],
        ['b', 6],
      ]),
      unk_token: names.get(100) ?? 'w9',
    },
  };
}
