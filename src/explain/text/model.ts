import { basename, join } from 'node:path';
import * as v from 'valibot';
import { BadFile } from '../../shared/errors';
import { existingFolder, findGraph, parseFile, readJson, readJsonIfAny, withDataFiles } from '../model-files';
import { contextLength } from '../tokenize/context';
import type { TextTokenizer } from '../tokenize/tokenizer';
import { loadTokenizer } from '../tokenize/tokenizer';

/** The folder of a model that reads texts, in the layout of Hugging Face and transformers.js. */
export interface TextModel {
  readonly path: string;
  readonly name: string;
  /** One sentence on what it is for, or ''. */
  readonly about: string;
  /** One graph, or an encoder and its decoder. */
  readonly graphs: readonly [string] | readonly [encoder: string, decoder: string];
  /** The graphs and their data files, for the session. */
  readonly files: readonly string[];
  readonly config: TextConfig;
  readonly tokenizer: TextTokenizer;
  /** Special tokens included; Infinity where nothing says so. */
  readonly maxTokens: number;
}

const id = v.nullish(v.union([v.number(), v.array(v.number())]));

const configSchema = v.looseObject({
  model_type: v.nullish(v.string()),
  architectures: v.nullish(v.array(v.string())),
  is_encoder_decoder: v.nullish(v.boolean()),
  id2label: v.nullish(v.record(v.string(), v.string())),
  pad_token_id: id,
  bos_token_id: id,
  decoder_start_token_id: id,
});

export type TextConfig = v.InferOutput<typeof configSchema>;

const explainSchema = v.looseObject({ name: v.optional(v.string()), about: v.optional(v.string()) });

/**
 * Reads what a folder says of its model; the graph itself is not opened.
 * @throws BadFile for a folder that lacks a file or holds a damaged one, UnsupportedModel for an unknown tokenizer
 */
export function readTextModel(folder: string): TextModel {
  const path = existingFolder(folder);
  const graphs = graphFiles(path);
  const config = parseFile(configSchema, readJsonIfAny(path, 'config.json'), join(path, 'config.json'));
  const explain = parseFile(explainSchema, readJsonIfAny(path, 'explain.json'), join(path, 'explain.json'));
  const name = explain.name ?? basename(path);
  const tokenizerConfig = readJsonIfAny(path, 'tokenizer_config.json');
  return {
    path,
    name,
    about: explain.about ?? '',
    graphs,
    files: withDataFiles(graphs),
    config,
    tokenizer: loadTokenizer(tokenizerFile(path), tokenizerConfig, name),
    maxTokens: contextLength(config, tokenizerConfig),
  };
}

/** The one number of a config's entry: of several end tokens, the first. */
export const tokenId = (entry: v.InferOutput<typeof id>): number | null =>
  (Array.isArray(entry) ? entry[0] : entry) ?? null;

function tokenizerFile(path: string): unknown {
  try {
    return readJson(path, 'tokenizer.json');
  } catch (error) {
    if ((error as Error).message.includes('no readable'))
      throw new BadFile(
        `The model folder "${path}" has no tokenizer.json, so a text cannot be turned into tokens. Export the model with its tokenizer, as optimum does; "trace" takes the token ids themselves.`,
        { cause: error },
      );
    throw error;
  }
}

function graphFiles(path: string): TextModel['graphs'] {
  const joint = findGraph(path, 'model');
  if (joint) return [joint];
  const decoder = findGraph(path, 'decoder_model_merged') ?? findGraph(path, 'decoder_model');
  const encoder = findGraph(path, 'encoder_model');
  if (encoder) return decoder ? [encoder, decoder] : [encoder];
  if (decoder) return [decoder];
  const towers = findGraph(path, 'vision_model') ? ' It looks like a model of images: explain an image with it.' : '';
  throw new BadFile(
    `The folder "${path}" holds neither model.onnx nor encoder_model.onnx or decoder_model.onnx, there or in onnx/.${towers || ' Export the model to ONNX, as optimum or transformers.js do.'}`,
  );
}
