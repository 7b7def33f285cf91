interface Report {
  readonly sharedObjects: readonly string[];
}

/** Native libraries of the engine's that this process, the extension host, has loaded: there must never be one. */
export const nativeLibraries = (): string[] =>
  (process.report.getReport() as unknown as Report).sharedObjects.filter((file) =>
    /onnxruntime|sharp|libvips/i.test(file),
  );
