import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { contextLength } from '../explain/tokenize/context';

/** Bundled models that explain images; the first is the default. (models/minilm is a text model.) */
export const bundledModels = ['emoji-clip'] as const;

/** A model's folder: a path as it is, a bundled model's name under `modelsFolder`, null as the default one. */
export const modelFolder = (model: string | null, modelsFolder: string): string =>
  model === null || /^[\w-][\w.-]*$/.test(model) ? join(modelsFolder, model ?? bundledModels[0]) : model;

/** What the entry of prompts says of a model. Reading it never fails: what is wrong with a folder, the explanation says. */
export interface ModelFacts {
  readonly folder: string;
  readonly name: string;
  /** One sentence on what the model is for, or ''. */
  readonly about: string;
  /** Names of what the model knows, where its folder lists them. */
  readonly concepts: readonly string[];
  /** How many tokens of a prompt the model reads, special ones included; Infinity where the folder does not say. */
  readonly contextLength: number;
}

const explainSchema = v.object({
  name: v.optional(v.string()),
  about: v.optional(v.string()),
  concepts: v.optional(v.string()),
});
const conceptsSchema = v.array(v.object({ name: v.string() }));

/** Reads explain.json, the list of concepts that it names, and how long a prompt may be. */
export async function modelFacts(folder: string): Promise<ModelFacts> {
  const explained = v.safeParse(explainSchema, await json(folder, 'explain.json'));
  const { name, about = '', concepts: file } = explained.success ? explained.output : {};
  const [concepts, config, tokenizerConfig] = await Promise.all([
    // The list lies in the folder itself: a path that leaves it is not followed.
    file !== undefined && /^[\w-][\w.-]*$/.test(file) ? json(folder, file) : undefined,
    json(folder, 'config.json'),
    json(folder, 'tokenizer_config.json'),
  ]);
  const known = v.safeParse(conceptsSchema, concepts);
  return {
    folder,
    name: name ?? folder.split(/[\\/]/).findLast((part) => part !== '') ?? folder,
    about,
    concepts: known.success ? known.output.map(({ name }) => name) : [],
    contextLength: contextLength(config, tokenizerConfig),
  };
}

/** Whether a folder looks like a model's: config.json, and graphs where exporters put them. */
export const looksLikeModel = (folder: string): boolean =>
  existsSync(join(folder, 'config.json')) &&
  ['onnx/vision_model.onnx', 'vision_model.onnx', 'onnx/model.onnx', 'model.onnx'].some((file) =>
    existsSync(join(folder, file)),
  );

async function json(folder: string, name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, name), 'utf8'));
  } catch {
    return undefined;
  }
}
