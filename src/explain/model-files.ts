import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { BadFile } from '../shared/errors';

/** The files of a model's folder, in the layout of Hugging Face and transformers.js. */

/** @throws BadFile where there is no such folder */
export function existingFolder(folder: string): string {
  const path = resolve(folder);
  if (existsSync(path) && statSync(path).isDirectory()) return path;
  throw new BadFile(
    `There is no model folder "${folder}". Give the folder that holds config.json and the .onnx files, or the name of a bundled model.`,
  );
}

/** Names under which exporters leave a graph, the plainest first. */
const variants = ['', '_fp16', '_quantized', '_int8', '_uint8', '_q4', '_q4f16', '_bnb4'];

/** The file of a graph called `stem`, in onnx/ or in the folder itself. */
export const findGraph = (path: string, stem: string): string | undefined =>
  ['onnx', '.']
    .flatMap((dir) => variants.map((variant) => join(path, dir, `${stem}${variant}.onnx`)))
    .find((file) => existsSync(file));

/** Graphs with the data files that exporters put beside them: when one changes, the model is another. */
export const withDataFiles = (graphs: readonly string[]): string[] =>
  graphs.flatMap((file) => [file, `${file}_data`, `${file}.data`]).filter((file) => existsSync(file));

/** @throws BadFile where it cannot be read or is no JSON */
export function readJson(folder: string, name: string): unknown {
  const file = join(folder, name);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new BadFile(`The model folder "${folder}" has no readable ${name}. Download the whole model.`, {
      cause: error,
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadFile(`"${file}" is no JSON (${(error as Error).message}). Download it again.`, { cause: error });
  }
}

/** The same where the file is there, else `{}`. */
export const readJsonIfAny = (folder: string, name: string): unknown =>
  existsSync(join(folder, name)) ? readJson(folder, name) : {};

/** @throws BadFile for content that the schema refuses */
export function parseFile<T extends v.GenericSchema>(schema: T, json: unknown, file: string): v.InferOutput<T> {
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  throw new BadFile(
    `"${file}" is not as expected: ${v.getDotPath(result.issues[0]) ?? 'the file'}: ${result.issues[0].message}. Download it again.`,
  );
}
