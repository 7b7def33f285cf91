import { UsageError } from '../shared/errors';
import type { FloatTensor, Tensor } from '../shared/tensor';
import { elementCount, floatTensor } from '../shared/tensor';

/** The scalar that is explained: the sum over what `index` leaves open of an output. */
export interface Target {
  /** As the user wrote it. */
  readonly text: string;
  readonly output: string;
  /** A prefix of the output's axes; empty: the sum of everything. Negative numbers count from the end. */
  readonly index: readonly number[];
}

/** `logits[0,2]` one number, `last_hidden_state[1,3]` one token, `sum(x)` everything. */
export function parseTarget(text: string): Target {
  const sum = /^\s*sum\(\s*([^()[\]]+?)\s*\)\s*$/.exec(text);
  if (sum) return { text, output: sum[1], index: [] };
  const indexed = /^\s*([^()[\]]+?)\s*\[\s*(-?\d+(?:\s*,\s*-?\d+)*)?\s*\]\s*$/.exec(text);
  if (!indexed)
    throw new UsageError(
      `"${text}" is no target. Write NAME[i,j,…] for one element or sum(NAME) for all, as in "logits[0,2]".`,
    );
  return { text, output: indexed[1], index: indexed[2] ? indexed[2].split(',').map(Number) : [] };
}

/** Where the target's elements lie in a row-major output: offset and length. */
function span(target: Target, dims: readonly number[]): { offset: number; length: number } {
  if (target.index.length > dims.length)
    throw new UsageError(
      `The target "${target.text}" gives ${target.index.length} indices, but "${target.output}" has ${dims.length} axes ([${dims.join(', ')}]).`,
    );
  let offset = 0;
  let length = elementCount(dims);
  target.index.forEach((i, axis) => {
    const size = dims[axis];
    if (i >= size || i < -size)
      throw new UsageError(
        `The target "${target.text}" is out of range: axis ${axis} of "${target.output}" has ${size} entries, 0 to ${size - 1}.`,
      );
    length /= size;
    offset += (i < 0 ? i + size : i) * length;
  });
  return { offset, length };
}

/** Cotangent of one output for all targets: ones where a target sums it, zeros elsewhere. [K, …dims] */
export function seedOf(targets: readonly Target[], output: string, dims: readonly number[]): FloatTensor {
  const size = elementCount(dims);
  const data = new Float32Array(targets.length * size);
  targets.forEach((t, k) => {
    if (t.output !== output) return;
    const { offset, length } = span(t, dims);
    data.fill(1, k * size + offset, k * size + offset + length);
  });
  return floatTensor([targets.length, ...dims], data);
}

/** The target's value in a finished run. */
export function valueOf(target: Target, output: Tensor): number {
  const { offset, length } = span(target, output.dims);
  let sum = 0;
  for (let i = offset; i < offset + length; i++) sum += Number(output.data[i]);
  return sum;
}
