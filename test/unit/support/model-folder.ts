import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixturesFolder } from './fixture';

interface TinyConfig {
  readonly model_type: string;
  readonly text_config: {
    readonly vocab_size: number;
    readonly bos_token_id: number;
    readonly eos_token_id: number;
    readonly max_position_embeddings?: number;
  };
  readonly vision_config: { readonly image_size: number };
}

/**
 * A model folder made of a fixture: its graphs and config with a preprocessor and a tokenizer whose words are `w0`, `w1`, …
 * @param layout which of the fixture's graphs it gets
 */
export function modelFolderOf(fixture: string, layout: 'joint' | 'split'): { readonly path: string; remove(): void } {
  const source = join(fixturesFolder, fixture);
  const path = mkdtempSync(join(tmpdir(), `lens ${fixture} ü `));
  const config = JSON.parse(readFileSync(join(source, 'config.json'), 'utf8')) as TinyConfig;
  cpSync(join(source, 'config.json'), join(path, 'config.json'));
  if (layout === 'joint') cpSync(join(source, 'model.onnx'), join(path, 'model.onnx'));
  else cpSync(join(source, 'onnx'), join(path, 'onnx'), { recursive: true });
  const size = config.vision_config.image_size;
  write(path, 'preprocessor_config.json', {
    image_processor_type: config.model_type === 'siglip' ? 'SiglipImageProcessor' : 'CLIPImageProcessor',
    size: config.model_type === 'siglip' ? { height: size, width: size } : { shortest_edge: size },
    crop_size: { height: size, width: size },
    image_mean: [0.5, 0.5, 0.5],
    image_std: [0.5, 0.5, 0.5],
    resample: 3,
  });
  write(path, 'tokenizer.json', tokenizer(config));
  write(path, 'tokenizer_config.json', {
    tokenizer_class: 'PreTrainedTokenizerFast',
    eos_token: '<end>',
    pad_token: '<end>',
    model_max_length: config.text_config.max_position_embeddings ?? 10,
  });
  return { path, remove: () => rmSync(path, { recursive: true }) };
}

const write = (folder: string, name: string, json: object) => writeFileSync(join(folder, name), JSON.stringify(json));

function tokenizer({ model_type, text_config: { vocab_size, bos_token_id: bos, eos_token_id } }: TinyConfig) {
  // OpenAI's configs say 2 and mean the last id.
  const eos = eos_token_id === 2 && model_type === 'clip' ? vocab_size - 1 : eos_token_id;
  const name = (id: number) => (id === bos ? '<start>' : id === eos ? '<end>' : `w${id}`);
  const special = (id: number) => ({
    id,
    content: name(id),
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  });
  return {
    version: '1.0',
    added_tokens: [special(bos), special(eos)],
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '<start>', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '<end>', type_id: 0 } },
      ],
      pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: {
        '<start>': { id: '<start>', ids: [bos], tokens: ['<start>'] },
        '<end>': { id: '<end>', ids: [eos], tokens: ['<end>'] },
      },
    },
    decoder: null,
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries(Array.from({ length: vocab_size }, (_, id) => [name(id), id])),
      unk_token: 'w3',
    },
  };
}
