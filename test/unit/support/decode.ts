import type { Graph } from '../../../src/onnx/graph/graph';
import { bytesInMemory } from '../../../src/onnx/read/bytes';
import { DataFiles } from '../../../src/onnx/read/data-files';
import { decodeModel } from '../../../src/onnx/read/decode';
import { readSkeleton } from '../../../src/onnx/read/skeleton';

/** The graph of a model in memory, its weights inline. */
export const decodeBytes = (model: Uint8Array, files: DataFiles = new DataFiles(null)): Graph =>
  decodeModel(readSkeleton(bytesInMemory(model), false), files);
