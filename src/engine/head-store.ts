import type { HeadStore } from '../explain/part-source';
import type { FloatTensor } from '../shared/tensor';
import type { Kept } from './kept';

/**
 * Keeps the single heads of one request.
 * @param name of all that follows from the request; null: nothing of it can be kept
 */
export const headStore = (kept: Kept, name: string | null): HeadStore => ({
  // Half of the room for one request: two pictures, or two texts, are compared.
  room: name === null ? 0 : kept.limit / 2,
  get: (part) => (name === null ? undefined : kept.get<FloatTensor>(`${part} ${name}`)),
  set: (part, tensor) => name !== null && kept.set(`${part} ${name}`, tensor, tensor.data.byteLength),
});

/** Of the tensors among these objects' fields. */
export const bytesOf = (objects: readonly object[]): number =>
  objects
    .flatMap((each) => Object.values(each) as readonly (Partial<FloatTensor> | null)[])
    .reduce((sum, field) => sum + (field?.data?.byteLength ?? 0), 0);
