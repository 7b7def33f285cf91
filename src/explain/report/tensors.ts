import type { Outline, Reading } from '../../shared/explanation';
import { floatTensor, type TensorMap } from '../../shared/tensor';

/** Every head's tensors, and the maps of the reading beside them: vision.relevance [prompts, rows, columns]. */
export function withRelevance({ grid }: Pick<Outline, 'grid'>, reading: Reading, tensors: TensorMap | null): TensorMap {
  const [rows, columns] = grid;
  const data = new Float32Array(reading.prompts.length * rows * columns);
  reading.prompts.forEach(({ map }, k) => data.set(map, k * rows * columns));
  return { ...tensors, 'vision.relevance': floatTensor([reading.prompts.length, rows, columns], data) };
}
