import { basename, join } from 'node:path';
import * as v from 'valibot';
import { BadFile, UnsupportedModel } from '../shared/errors';
import type { LayerChoice } from '../shared/explanation';
import { parseLayers } from '../shared/layers';
import type { TextReadOut } from './tokenize/pad';
import { existingFolder, findGraph, parseFile, readJson, readJsonIfAny, withDataFiles } from './model-files';

/** A CLIP-like model's folder in the layout of Hugging Face and transformers.js. */
export interface ModelFolder {
  readonly path: string;
  readonly name: string;
  readonly kind: 'clip' | 'siglip';
  readonly textReadOut: TextReadOut;
  /** One file with both towers, or one for each. */
  readonly files: { readonly joint: string } | { readonly vision: string; readonly text: string };
  readonly config: Config;
  /** Parsed, not yet checked. */
  readonly preprocessor: unknown;
  readonly tokenizer: unknown;
  readonly tokenizerConfig: unknown;
  readonly recommended: { readonly layers: LayerChoice; readonly textLayers: LayerChoice };
  readonly about: string;
  /** From explain.json; null where the folder does not say. */
  readonly logitScale: number | null;
  readonly logitBias: number | null;
}

/** The graphs, and the data files that exporters put beside them: when one changes, the model is another. */
export const filesOf = ({ files }: ModelFolder): string[] =>
  withDataFiles('joint' in files ? [files.joint] : [files.vision, files.text]);

const towerSchema = v.looseObject({
  image_size: v.nullish(v.number()),
  patch_size: v.nullish(v.number()),
  eos_token_id: v.nullish(v.union([v.number(), v.array(v.number())])),
  pad_token_id: v.nullish(v.number()),
});

const configSchema = v.looseObject({
  model_type: v.nullish(v.string()),
  vision_config: v.nullish(towerSchema),
  text_config: v.nullish(towerSchema),
});

export type Config = v.InferOutput<typeof configSchema>;

/** What our own models say of themselves; others need not have the file. */
const explainSchema = v.looseObject({
  name: v.optional(v.string()),
  layers: v.optional(v.string()),
  textLayers: v.optional(v.string()),
  about: v.optional(v.string()),
  logitScale: v.optional(v.number()),
  logitBias: v.optional(v.number()),
});

/**
 * Reads what a folder says of its model; the graphs themselves are not opened.
 * @throws BadFile for a folder that lacks a file or holds a damaged one, UnsupportedModel for another kind of model
 */
export function readModelFolder(folder: string): ModelFolder {
  const path = existingFolder(folder);
  const config = parseFile(configSchema, readJson(path, 'config.json'), join(path, 'config.json'));
  const explain = parseFile(explainSchema, readJsonIfAny(path, 'explain.json'), join(path, 'explain.json'));
  return {
    path,
    name: explain.name ?? basename(path),
    ...familyOf(config, path),
    files: graphFiles(path),
    config,
    preprocessor: readJson(path, 'preprocessor_config.json'),
    tokenizer: readJson(path, 'tokenizer.json'),
    tokenizerConfig: readJsonIfAny(path, 'tokenizer_config.json'),
    recommended: {
      layers: parseLayers(explain.layers ?? 'last'),
      textLayers: parseLayers(explain.textLayers ?? explain.layers ?? 'last'),
    },
    about: explain.about ?? '',
    logitScale: explain.logitScale ?? null,
    logitBias: explain.logitBias ?? null,
  };
}

type Family = Pick<ModelFolder, 'kind' | 'textReadOut'>;

/** By model_type, each as Hugging Face's class of that name pools its text tower. */
const families: ReadonlyMap<string, Family> = new Map([
  ['clip', { kind: 'clip', textReadOut: 'end' }],
  ['metaclip_2', { kind: 'clip', textReadOut: 'eos' }],
  ['chinese_clip', { kind: 'clip', textReadOut: 'first' }],
  ['altclip', { kind: 'clip', textReadOut: 'first' }],
  ['siglip', { kind: 'siglip', textReadOut: 'last' }],
  ['siglip2', { kind: 'siglip', textReadOut: 'last' }],
]);

function familyOf({ model_type }: Config, path: string): Family {
  const family = families.get(model_type ?? '');
  if (family) return family;
  throw new UnsupportedModel(
    `The model in "${path}" is of the kind "${model_type ?? 'unknown'}"; images are explained with CLIP and SigLIP models. Use "trace" for any other transformer.`,
  );
}

/** Both towers as files of their own are preferred: each is opened and run for itself. */
function graphFiles(path: string): ModelFolder['files'] {
  const joint = findGraph(path, 'model');
  const [vision, text] = [findGraph(path, 'vision_model'), findGraph(path, 'text_model')];
  if (vision && text) return { vision, text };
  if (joint) return { joint };
  throw new BadFile(
    `The folder "${path}" holds neither model.onnx nor onnx/vision_model.onnx with onnx/text_model.onnx. Export the model to ONNX, as optimum or transformers.js do.`,
  );
}
