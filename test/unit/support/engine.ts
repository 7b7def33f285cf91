import { fileURLToPath } from 'node:url';
import { EngineClient, type EngineClientOptions } from '../../../src/engine/client';
import type { TraceParams } from '../../../src/engine/protocol';
import type { TensorMap } from '../../../src/shared/tensor';

/** A client of the test child, which is run from its TypeScript source. */
export const testEngine = (options: Partial<EngineClientOptions> = {}): EngineClient =>
  new EngineClient({
    enginePath: fileURLToPath(new URL('engine-child.ts', import.meta.url)),
    execArgv: ['--import', 'tsx'],
    ...options,
  });

/** Parameters of a trace that makes the test child do `verb`. */
export const doing = (verb: string, inputs: TensorMap = {}): TraceParams => ({
  model: 'm.onnx',
  inputs,
  targets: [verb],
  session: {},
});
