import { copyFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { findAttentions } from '../../../src/onnx/attention/name';
import { openModelFile } from '../../../src/onnx/open';
import { buildTrace } from '../../../src/onnx/trace';
import { LensError } from '../../../src/shared/errors';
import type { Fixture } from './fixture';
import { ModelProtoSchema, StringStringEntryProtoSchema, TensorProto_DataLocation } from './onnx_pb';

/** A fixture in a folder of its own, its weights outside the file that is mutated: so that every byte of it counts. */
export interface Patient {
  readonly folder: string;
  readonly skeleton: Uint8Array;
}

export function patientOf(fixture: Fixture): Patient {
  const folder = mkdtempSync(join(tmpdir(), 'mutants-'));
  for (const file of readdirSync(fixture.folder))
    if (/^model\.onnx/.test(file)) copyFileSync(join(fixture.folder, file), join(folder, file));
  return { folder, skeleton: withoutWeights(readFileSync(fixture.model), folder) };
}

/** The model with its large initializers in a file of their own. */
function withoutWeights(bytes: Uint8Array, folder: string): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes);
  const weights: Uint8Array[] = [];
  let offset = 0;
  for (const t of model.graph?.initializer ?? []) {
    if (t.rawData.length <= 1024) continue;
    const entries = { location: 'weights.bin', offset: String(offset), length: String(t.rawData.length) };
    t.externalData = Object.entries(entries).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    );
    t.dataLocation = TensorProto_DataLocation.EXTERNAL;
    weights.push(t.rawData);
    offset += t.rawData.length;
    t.rawData = new Uint8Array(0);
  }
  writeFileSync(join(folder, 'weights.bin'), Buffer.concat(weights));
  return toBinary(ModelProtoSchema, model);
}

export const mutantPath = ({ folder }: Patient): string => join(folder, 'mutant.onnx');

/** Reads, prepares and traces the model at `path` as the engine does, short of running it. */
function traceAll(path: string, inputShapes: Readonly<Record<string, readonly number[]>> | undefined): number {
  const model = openModelFile(path, { inputShapes });
  const all = findAttentions(model.graph).map((a) => a.index);
  const pass = { name: 't', outputs: model.outputs, gradients: all, reduced: all, embeddings: true };
  return buildTrace(model, { outputs: model.outputs, attentions: all, hidden: true, passes: [pass] }).bytes.length;
}

const allowed: ReadonlySet<string> = new Set(['usage', 'unsupported-model', 'bad-file']);

export interface Verdict {
  readonly ms: number;
  readonly outcome: string;
  /** Why this is a bug of ours, or null. */
  readonly fault: string | null;
}

export function judge(patient: Patient, bytes: Uint8Array, fixture: Fixture, withShapes: boolean): Verdict {
  const path = mutantPath(patient);
  writeFileSync(path, bytes);
  const shapes = Object.fromEntries(Object.entries(fixture.inputs).map(([name, t]) => [name, t.dims]));
  const start = performance.now();
  const verdict = (outcome: string, fault: string | null) => ({ ms: performance.now() - start, outcome, fault });
  try {
    traceAll(path, withShapes ? shapes : undefined);
    return verdict('traced', null);
  } catch (error) {
    if (error instanceof LensError && allowed.has(error.kind)) return verdict(error.kind, null);
    return verdict('fault', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
