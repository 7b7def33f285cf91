import type * as OrtModule from 'onnxruntime-node';
import type { SharpConstructor } from 'sharp';
import { nativeLoadError } from './native-errors';
import { loadSharp } from './sharp';

export type Ort = typeof OrtModule;
export type Sharp = SharpConstructor;

/** A library with native code, loaded when it is first needed: starting the engine must be quick, and must not fail. */
export class Native<T> {
  private loading: Promise<T> | null = null;
  private loaded: T | null = null;

  constructor(
    private readonly name: string,
    private readonly load: () => Promise<T>,
  ) {}

  /** Rejects with EngineCrashed, whose sentence says what this machine lacks. A failure is not remembered: the lack may be mended meanwhile. */
  get(): Promise<T> {
    this.loading ??= this.load().then(
      (module) => (this.loaded = module),
      (error: unknown) => {
        this.loading = null;
        throw nativeLoadError(this.name, error);
      },
    );
    return this.loading;
  }

  /** The library, if it is loaded; null while nothing needed it. */
  peek(): T | null {
    return this.loaded;
  }
}

export interface NativeLibraries {
  readonly ort: Native<Ort>;
  readonly sharp: Native<Sharp>;
}

export const nativeLibraries = (): NativeLibraries => ({
  // import() of a CommonJS module: `default` is its module.exports.
  ort: new Native('onnxruntime-node', async () => {
    const module: Ort & { default?: Ort } = await import('onnxruntime-node');
    return module.default ?? module;
  }),
  sharp: new Native('sharp', loadSharp),
});
