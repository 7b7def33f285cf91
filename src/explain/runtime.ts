import type { TensorMap } from '../shared/tensor';

/** A graph to open, with what its maker knows of it. */
export interface Built<Info> {
  readonly bytes: Uint8Array;
  /** Folder of its external data; null if it has none. */
  readonly folder: string | null;
  readonly info: Info;
}

export interface Opened<Info> {
  readonly info: Info;
  /** Milliseconds; 0 for a session that was open already. */
  readonly cost: { readonly build: number; readonly create: number };
  run(feeds: TensorMap, outputs?: readonly string[]): Promise<TensorMap>;
}

/** What the methods need of ONNX Runtime; the engine gives it, so that nothing here touches native code. */
export interface Runtime {
  /**
   * Opens a session, or takes one that is open for the same files and request, for the length of `use`.
   * @param files the model's files: a changed one is read anew
   * @param request tells apart what is built from them
   */
  withSession<Info, Result>(
    files: readonly string[],
    request: string,
    build: () => Built<Info>,
    use: (session: Opened<Info>) => Promise<Result>,
  ): Promise<Result>;
}
