import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { contextLength } from '../explain/tokenize/context';

/** What a model explains. */
export type Explains = 'image' | 'text';

/** Bundled models; the first is the default. */
export const bundledModels: Readonly<Record<Explains, readonly [string, ...string[]]>> = {
  image: ['emoji-clip'],
  text: ['minilm'],
};

/** A model's folder: a path as it is, a bundled model's name under `modelsFolder`. */
export const modelFolder = (model: string, modelsFolder: string): string =>
  /^[\w-][\w.-]*$/.test(model) ? join(modelsFolder, model) : model;

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

/** What has to lie in the folder of a model that explains this, in words. */
export const modelParts: Readonly<Record<Explains, string>> = {
  image: 'a config.json, and model.onnx or onnx/vision_model.onnx with onnx/text_model.onnx',
  text: 'a config.json, a tokenizer.json, and model.onnx or encoder_model.onnx with decoder_model.onnx, there or in onnx/',
};

/** Whether a folder looks like such a model's: graphs where exporters put them, of whatever precision. What it holds is seen when it is opened. */
export function looksLikeModel(folder: string, explains: Explains): boolean {
  const has = (file: string) => existsSync(join(folder, file));
  const graphs = [folder, join(folder, 'onnx')].flatMap((place) =>
    existsSync(place) ? readdirSync(place).filter((name) => name.endsWith('.onnx')) : [],
  );
  return explains === 'image'
    ? has('config.json') && graphs.some((name) => /^(vision_)?model/.test(name))
    : has('config.json') && has('tokenizer.json') && graphs.length > 0;
}

async function json(folder: string, name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, name), 'utf8'));
  } catch {
    return undefined;
  }
}
