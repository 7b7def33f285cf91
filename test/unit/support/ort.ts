import * as ort from 'onnxruntime-node';
import { encodeModel } from '../../../src/onnx/encode';
import type { Graph } from '../../../src/onnx/graph/graph';
import type { Built, Opened, Runtime } from '../../../src/explain/runtime';
import type { Tensor, TensorMap } from '../../../src/shared/tensor';

/** Runs a graph in this process: for tests of graphs that are known to be sound. */
export async function runGraph(graph: Graph, feeds: TensorMap, folder?: string): Promise<TensorMap> {
  return runModel(encodeModel(graph), feeds, folder);
}

export async function runModel(model: Uint8Array, feeds: TensorMap, folder?: string): Promise<TensorMap> {
  const session = await createSession(model, folder);
  const results = await session(feeds);
  return results;
}

export async function createSession(
  model: Uint8Array,
  folder?: string,
): Promise<(feeds: TensorMap) => Promise<TensorMap>> {
  const session = await ort.InferenceSession.create(model, {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
    extra: {
      session: {
        disable_quant_qdq: '1',
        x64quantprecision: '1',
        ...(folder && { model_external_initializers_file_folder_path: folder }),
      },
    },
  });
  return async (feeds) => {
    const input: Record<string, ort.Tensor> = {};
    for (const name of session.inputNames) input[name] = toOrt(feeds[name]);
    const output = await session.run(input);
    return Object.fromEntries(Object.entries(output).map(([name, t]) => [name, fromOrt(t)]));
  };
}

const toOrt = (t: Tensor): ort.Tensor => new ort.Tensor(t.dtype as 'float32', t.data as Float32Array, t.dims);
const fromOrt = (t: ort.Tensor): Tensor => ({
  dtype: t.type as Tensor['dtype'],
  dims: t.dims,
  data: t.data as Tensor['data'],
});

/** Runs traces in this process, a new session for each. */
export const localRuntime: Runtime = {
  async withSession(_files, _request, build, use) {
    const { bytes, folder, info } = build();
    const run = await createSession(bytes, folder ?? undefined);
    return use({ info, cost: { build: 0, create: 0 }, run: (feeds) => run(feeds) });
  },
};

/** The same with sessions that stay open, as the engine's do; `requests` are those that were built. */
export function keepingRuntime(): Runtime & { readonly requests: readonly string[] } {
  const open = new Map<string, { readonly run: (feeds: TensorMap) => Promise<TensorMap>; readonly info: unknown }>();
  return {
    get requests() {
      return [...open.keys()];
    },
    async withSession<Info, Result>(
      files: readonly string[],
      request: string,
      build: () => Built<Info>,
      use: (session: Opened<Info>) => Promise<Result>,
    ): Promise<Result> {
      const name = `${files.join()} ${request}`;
      if (!open.has(name)) {
        const { bytes, folder, info } = build();
        open.set(name, { run: await createSession(bytes, folder ?? undefined), info });
      }
      const { run, info } = open.get(name)!;
      return use({ info: info as Info, cost: { build: 0, create: 0 }, run: (feeds) => run(feeds) });
    },
  };
}
