import { readFile } from 'node:fs/promises';
import { explainImage } from '../explain/clip/explain-image';
import { readModelFolder } from '../explain/models';
import { readPreprocessConfig } from '../explain/preprocess/config';
import { preprocess } from '../explain/preprocess/preprocess';
import type { Runtime } from '../explain/runtime';
import { traceModel } from '../explain/trace-model';
import { BadFile } from '../shared/errors';
import type { ImageSource } from './images';
import { decodeImage } from './images';
import type { NativeLibraries } from './native';
import { encodePng } from './png';
import type { EngineMethods, ImageRef, SessionOptions } from './protocol';
import type { Handlers } from './rpc';
import { runtimeOf } from './runtime';
import type { Sessions } from './sessions';

/** What the engine's work has at hand. */
export interface Workroom {
  readonly native: NativeLibraries;
  readonly sessions: Sessions;
}

export type Work = Pick<Handlers<EngineMethods>, 'explainImage' | 'preprocess' | 'trace' | 'decodeImage' | 'encodePng'>;

/** The methods of `explain`, given files, images and ONNX Runtime. */
export function createWork(room: Workroom): Work {
  const known = new Map<string, unknown>();
  const runtime = (options: SessionOptions): Runtime => runtimeOf(room.sessions, options, known);
  return {
    async explainImage(params, { progress }) {
      progress({ stage: 'Reading the image', fraction: null });
      const { image, warnings } = await decodeImage(sourceOf(params.image));
      const model = readModelFolder(params.model);
      progress({ stage: `Explaining with ${model.name}`, fraction: null });
      const path = 'path' in params.image ? params.image.path : params.image.name;
      const { prompts, logitScale, onLongPrompt, tensors } = params;
      return explainImage(runtime(params.session), {
        image,
        path,
        prompts,
        model,
        logitScale,
        onLongPrompt,
        heads: tensors,
        warnings,
      });
    },

    async preprocess(params) {
      const { image, warnings } = await decodeImage(sourceOf(params.image));
      const { pixelValues, seen, crop } = preprocess(
        image,
        readPreprocessConfig(await readJson(params.config), params.config),
      );
      return { tensors: { pixel_values: pixelValues }, png: await encodePng(seen), crop, warnings };
    },

    async trace(params, { progress }) {
      progress({ stage: 'Tracing the model', fraction: null });
      return traceModel(runtime(params.session), params);
    },

    async decodeImage(params) {
      const { image, warnings } = await decodeImage(sourceOf(params.image));
      return { ...image, warnings };
    },

    encodePng: async (params) => ({ png: await encodePng(params) }),
  };
}

const sourceOf = (image: ImageRef): ImageSource => ('path' in image ? image.path : image);

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new BadFile(
      `"${path}" cannot be read as JSON (${(error as Error).message}). Give the preprocessor_config.json that came with the model.`,
      { cause: error },
    );
  }
}
