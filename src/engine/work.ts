import { readFile } from 'node:fs/promises';
import { readPreprocessConfig } from '../explain/preprocess/config';
import { preprocess } from '../explain/preprocess/preprocess';
import type { Runtime } from '../explain/runtime';
import { traceModel } from '../explain/trace-model';
import { BadFile, OutOfMemory } from '../shared/errors';
import { shrunk } from '../shared/shrink';
import { createExplaining } from './explaining';
import { createExplainingText } from './explaining-text';
import { Kept } from './kept';
import { KnownImages } from './known-images';
import type { NativeLibraries } from './native';
import { encodePng } from './png';
import type { EngineMethods, SessionOptions } from './protocol';
import type { InTurn } from './queue';
import { runtimeOf } from './runtime';
import type { Sessions } from './sessions';

/** What the engine's work has at hand. */
export interface Workroom {
  readonly native: NativeLibraries;
  readonly sessions: Sessions;
}

export type Work = InTurn<Omit<EngineMethods, 'diagnostics' | 'ping'>>;

/** Bytes of what is kept between calls: pictures as models see them, and single heads. */
const keptBytes = 192 * 2 ** 20;

/** The methods of `explain`, given files, images and ONNX Runtime. */
export function createWork(room: Workroom): Work {
  const known = new Map<string, unknown>();
  const kept = new Kept(keptBytes);
  const images = new KnownImages(kept);
  const runtime = (options: SessionOptions): Runtime => yielding(runtimeOf(room.sessions, options, known), kept);
  return {
    ...createExplaining(kept, images, runtime),
    ...createExplainingText(kept, runtime),

    async preprocess(params) {
      const { image, warnings } = await images.decode(params.image, await images.identity(params.image));
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
      const { image, warnings } = await images.decode(params.image, await images.identity(params.image));
      const { longestSide } = params;
      return { ...(longestSide === undefined ? image : shrunk(image, longestSide).image), warnings };
    },

    encodePng: async (params) => ({ png: await encodePng(params) }),
  };
}

/** Where memory runs out, what is kept goes: the next attempt has it. */
const yielding = (runtime: Runtime, kept: Kept): Runtime => ({
  withSession: (...request) =>
    runtime.withSession(...request).catch((error: unknown) => {
      if (error instanceof OutOfMemory) kept.clear();
      throw error;
    }),
});

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
