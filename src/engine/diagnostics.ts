import { freemem, totalmem } from 'node:os';
import type { Native, Ort, Sharp } from './native';
import type { Diagnostics, DiagnosticsParams, LibraryState } from './protocol';
import type { Workroom } from './work';

/** The state of this process. A library that cannot be loaded is part of the answer, not an error. */
export async function diagnose({ load }: DiagnosticsParams, { native, sessions }: Workroom): Promise<Diagnostics> {
  const onnxruntime = await libraryState(native.ort, load, (ort: Ort) => ort.env.versions.node);
  const sharp = await libraryState(native.sharp, load, (library: Sharp) => library.versions.sharp);
  const { rss, heapUsed } = process.memoryUsage();
  return {
    pid: process.pid,
    node: process.versions.node,
    electron: process.versions.electron ?? null,
    platform: process.platform,
    arch: process.arch,
    onnxruntime,
    executionProviders:
      native.ort
        .peek()
        ?.listSupportedBackends()
        .map((backend) => backend.name) ?? [],
    sharp,
    memory: { resident: rss, heap: heapUsed, total: totalmem(), free: freemem() },
    sessions: sessions.list(),
  };
}

async function libraryState<T>(
  library: Native<T>,
  load: boolean,
  version: (library: T) => string | undefined,
): Promise<LibraryState> {
  try {
    const loaded = load ? await library.get() : library.peek();
    return { version: loaded === null ? null : (version(loaded) ?? 'unknown'), error: null };
  } catch (error) {
    return { version: null, error: error instanceof Error ? error.message : String(error) };
  }
}
