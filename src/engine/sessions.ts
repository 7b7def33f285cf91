import type { InferenceSession } from 'onnxruntime-node';
import { OutOfMemory } from '../shared/errors';
import type { TensorMap } from '../shared/tensor';
import { checkFeeds, checkOutputs, fromOrt, toOrt } from './feeds';
import type { FileIdentity } from './files';
import type { Ort } from './native';
import { ortError, providerError, type OrtAttempt } from './ort-errors';
import type { SessionOptions, SessionState } from './protocol';

/** What makes two sessions the same: the files as they are now, and what was made of them. */
export interface SessionKey {
  readonly files: readonly FileIdentity[];
  /** Describes the graph that is built from the files, such as its targets: another request is another session. */
  readonly request: string;
}

/** A model to open: its bytes, and the folder that its external data is relative to (null: it has none). */
export interface SessionSource {
  readonly model: Uint8Array;
  readonly folder: string | null;
  /** Further session configuration entries of ONNX Runtime; values are strings. */
  readonly extra?: Readonly<Record<string, string>>;
}

export interface SessionLimits {
  readonly count: number;
  /** Of the files behind the sessions, in bytes. */
  readonly bytes: number;
}

export const defaultLimits: SessionLimits = { count: 6, bytes: 2 ** 31 };

/** A session on loan: it is not released before `release()`, which may be called more than once. */
export interface OpenSession {
  readonly inputs: readonly InferenceSession.ValueMetadata[];
  readonly outputs: readonly InferenceSession.ValueMetadata[];
  /** Milliseconds that building and creating took; both 0 when the session was open already. */
  readonly cost: OpenCost;
  /**
   * Blocks the event loop while it runs. The answer holds the outputs named, or all, in plain ArrayBuffers.
   * Throws BadFile for inputs that do not fit, UsageError for an unknown output, OutOfMemory, UnsupportedModel.
   */
  run(feeds: TensorMap, outputs?: readonly string[]): Promise<TensorMap>;
  release(): void;
}

export interface OpenCost {
  readonly build: number;
  readonly create: number;
}

interface Created {
  readonly session: InferenceSession;
  readonly cost: OpenCost;
}

interface Entry {
  readonly files: readonly FileIdentity[];
  readonly bytes: number;
  readonly created: Promise<Created>;
  loans: number;
  /** No longer in the cache: released when the last loan ends. */
  dropped: boolean;
}

/**
 * The sessions that are open, shared by those who ask for the same files, request and options. A file whose size or time changed is another file:
 * what was open of it is dropped. Beyond the limits, sessions that nobody uses are released, the longest unused first.
 */
export class Sessions {
  /** By key, the longest unused first. */
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly loadOrt: () => Promise<Ort>,
    private readonly limits: SessionLimits,
  ) {}

  /**
   * `build` is called only when the session is not open. Rejects with what it throws, or with BadFile, UnsupportedModel, OutOfMemory, or UsageError
   * for an execution provider; a failure is not remembered.
   */
  async open(key: SessionKey, build: () => Promise<SessionSource>, options: SessionOptions): Promise<OpenSession> {
    this.dropStale(key.files);
    const name = JSON.stringify([key.files, key.request, normalised(options)]);
    const shared = this.entries.get(name);
    const entry = shared ?? this.create(name, key, build, options);
    entry.loans++;
    // Moved to the end: the most recently used.
    this.entries.delete(name);
    this.entries.set(name, entry);
    let returned = false;
    const release = () => {
      if (returned) return;
      returned = true;
      entry.loans--;
      if (entry.dropped) void this.close(entry);
      else this.trim();
    };
    try {
      const { session, cost } = await entry.created;
      const attempt = await this.attempt('run', options);
      this.trim();
      return {
        inputs: session.inputMetadata,
        outputs: session.outputMetadata,
        cost: shared ? { build: 0, create: 0 } : cost,
        run: async (feeds, outputs) => run(await this.loadOrt(), session, feeds, outputs, attempt),
        release,
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  list(): SessionState[] {
    return [...this.entries.values()].map(({ files, bytes, loans }) => ({
      files: files.map((file) => file.path),
      bytes,
      inUse: loans > 0,
    }));
  }

  /** Releases what nobody uses now, and the rest when it is returned. */
  async dispose(): Promise<void> {
    await Promise.all([...this.entries].map(([name, entry]) => this.drop(name, entry)));
  }

  private create(name: string, key: SessionKey, build: () => Promise<SessionSource>, options: SessionOptions): Entry {
    const bytes = key.files.reduce((sum, file) => sum + file.size, 0);
    const created = this.make(build, options);
    const entry: Entry = { files: key.files, bytes, created, loans: 0, dropped: false };
    created.catch(() => this.entries.get(name) === entry && this.entries.delete(name));
    return entry;
  }

  private async make(build: () => Promise<SessionSource>, options: SessionOptions): Promise<Created> {
    const ort = await this.loadOrt();
    const attempt = await this.attempt('open', options);
    if (!attempt.availableProviders.includes(attempt.executionProvider)) {
      throw providerError(attempt.executionProvider, attempt.availableProviders, null);
    }
    const start = performance.now();
    const source = await build();
    const built = performance.now();
    const create = () =>
      ort.InferenceSession.create(source.model, ortOptions(source, options)).catch((error: unknown) => {
        throw ortError(error, attempt);
      });
    const session = await create().catch(async (error: unknown) => {
      // Sessions that nobody uses may hold the memory that is lacking.
      if (!(error instanceof OutOfMemory) || !(await this.dropUnused())) throw error;
      return create();
    });
    return { session, cost: { build: built - start, create: performance.now() - built } };
  }

  private async attempt(doing: OrtAttempt['doing'], options: SessionOptions): Promise<OrtAttempt> {
    const availableProviders = (await this.loadOrt()).listSupportedBackends().map((backend) => backend.name);
    return { doing, executionProvider: options.executionProvider ?? 'cpu', availableProviders };
  }

  /** Drops every session that was made from an earlier state of one of these files. */
  private dropStale(files: readonly FileIdentity[]): void {
    const now = new Map(files.map((file) => [file.path, file]));
    for (const [name, entry] of [...this.entries]) {
      const stale = entry.files.some((then) => {
        const file = now.get(then.path);
        return file && (file.size !== then.size || file.mtimeMs !== then.mtimeMs);
      });
      if (stale) void this.drop(name, entry);
    }
  }

  private trim(): void {
    let count = this.entries.size;
    let bytes = [...this.entries.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    for (const [name, entry] of [...this.entries]) {
      // The last one stays, however large: it was asked for just now.
      if (count <= 1 || (count <= this.limits.count && bytes <= this.limits.bytes)) return;
      if (entry.loans > 0) continue;
      count--;
      bytes -= entry.bytes;
      void this.drop(name, entry);
    }
  }

  /** Whether there was anything to drop. */
  private async dropUnused(): Promise<boolean> {
    const unused = [...this.entries].filter(([, entry]) => entry.loans === 0);
    await Promise.all(unused.map(([name, entry]) => this.drop(name, entry)));
    return unused.length > 0;
  }

  private async drop(name: string, entry: Entry): Promise<void> {
    if (this.entries.get(name) === entry) this.entries.delete(name);
    entry.dropped = true;
    await this.close(entry);
  }

  private async close(entry: Entry): Promise<void> {
    if (entry.loans > 0) return;
    // Its opener was told why it failed; there is nothing to release then. A second release is refused by ONNX Runtime, and harmless.
    await entry.created.then(({ session }) => session.release()).catch(() => undefined);
  }
}

async function run(
  ort: Ort,
  session: InferenceSession,
  feeds: TensorMap,
  names: readonly string[] | undefined,
  attempt: OrtAttempt,
): Promise<TensorMap> {
  checkFeeds(feeds, session.inputMetadata);
  const fetches = checkOutputs(names, session.outputNames);
  try {
    const inputs = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toOrt(ort, tensor)]));
    const results = await session.run(inputs, fetches);
    const outputs: TensorMap = {};
    for (const name of fetches) {
      const result = results[name];
      if (!result) continue;
      outputs[name] = fromOrt(name, result);
      // The copy is made: the native memory goes now rather than at the next collection.
      result.dispose();
    }
    return outputs;
  } catch (error) {
    throw ortError(error, attempt);
  }
}

const normalised = ({ executionProvider = 'cpu', threads, lowMemory = false }: SessionOptions) => [
  executionProvider,
  threads ?? null,
  lowMemory,
];

function ortOptions({ folder, extra }: SessionSource, options: SessionOptions): InferenceSession.SessionOptions {
  const { executionProvider = 'cpu', threads, lowMemory = false } = options;
  return {
    graphOptimizationLevel: 'all',
    executionProviders: [executionProvider],
    ...(threads !== undefined && { intraOpNumThreads: threads }),
    ...(lowMemory && { enableMemPattern: false }),
    // Errors only: warnings about unused initializers would fill the log.
    logSeverityLevel: 3,
    extra: {
      session: {
        // Weight-only int8 files run as the standard defines them; fused, they would quantise activations (0.045 of error instead of 3e-6).
        disable_quant_qdq: '1',
        // Signed int8 weights overflow 16 bits in the kernels of x64 processors without VNNI: measured 0.09 of the output.
        x64quantprecision: '1',
        // Threads that wait for the next operator leave the processor when a run ends: what follows it needs that.
        force_spinning_stop: '1',
        ...(folder !== null && { model_external_initializers_file_folder_path: folder }),
        ...(lowMemory && { disable_prepacking: '1' }),
        ...extra,
      },
    },
  };
}
