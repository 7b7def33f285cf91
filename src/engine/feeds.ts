import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { BadFile, LensError, UnsupportedModel, UsageError } from '../shared/errors';
import { elementCount, type DType, type Tensor, type TensorMap } from '../shared/tensor';
import type { Ort } from './native';
import { arrayOf } from './arrays';

type Metadata = InferenceSession.ValueMetadata;
type TensorMetadata = Extract<Metadata, { isTensor: true }>;

/**
 * Refuses what ONNX Runtime must not see: a wrong dtype or a wrong length has been known to abort the process.
 * Throws BadFile for an input that is missing, unknown, or of the wrong dtype, rank, extent or length; UnsupportedModel for an input that is no tensor.
 */
export function checkFeeds(feeds: TensorMap, inputs: readonly Metadata[]): void {
  const known = inputs.map((input) => input.name);
  for (const name of Object.keys(feeds)) {
    if (!known.includes(name)) throw new BadFile(`The model has no input "${name}". Its inputs are ${quoted(known)}.`);
  }
  for (const input of inputs) {
    if (!input.isTensor) {
      throw new UnsupportedModel(
        `The model's input "${input.name}" is not a tensor. Export the model with tensor inputs only.`,
      );
    }
    const feed = Object.hasOwn(feeds, input.name) ? feeds[input.name] : undefined;
    if (!feed) throw new BadFile(`The input "${input.name}" is missing: give a ${describe(input)} tensor.`);
    checkFeed(feed, input);
  }
}

function checkFeed({ dtype, dims, data }: Tensor, input: TensorMetadata): void {
  const wanted = `the model wants ${describe(input)}`;
  const is = `The input "${input.name}" is ${dtype} [${dims.join(', ')}]`;
  if (dtype !== input.type) throw new BadFile(`${is}; ${wanted}.`);
  if (!(data instanceof arrayOf[dtype]))
    throw new BadFile(`${is}, but its data is a ${data.constructor.name}; ${wanted}.`);
  if (dims.some((d) => !Number.isSafeInteger(d) || d < 0)) throw new BadFile(`${is}, which is no shape; ${wanted}.`);
  if (elementCount(dims) !== data.length) throw new BadFile(`${is}, but it has ${data.length} elements; ${wanted}.`);
  // A symbol (a name, or '' where the model gives none) accepts any extent.
  const fits =
    dims.length === input.shape.length && input.shape.every((d, i) => typeof d === 'string' || d === dims[i]);
  if (!fits) throw new BadFile(`${is}; ${wanted}.`);
}

/** The outputs to fetch: all of them unless named. Throws UsageError for an unknown name or an empty list. */
export function checkOutputs(names: readonly string[] | undefined, known: readonly string[]): readonly string[] {
  if (!names) return known;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`The model has no output "${unknown}". Its outputs are ${quoted(known)}.`);
  if (names.length === 0) throw new UsageError(`No output was asked for. The model's outputs are ${quoted(known)}.`);
  return names;
}

/** Shares the array's memory. The dtype must be one that {@link checkFeeds} has seen in the metadata, so bfloat16 does not come here. */
export function toOrt(ort: Ort, { dtype, dims, data }: Tensor): OrtTensor {
  const type = dtype as Exclude<DType, 'bfloat16'>;
  return new ort.Tensor(type, data as never, [...dims]);
}

/** Copies the values out of ONNX Runtime's memory into a plain ArrayBuffer of their own. Throws UnsupportedModel for strings and packed 4-bit integers. */
export function fromOrt(name: string, { type, dims, data }: OrtTensor): Tensor {
  if (!(type in arrayOf) || !ArrayBuffer.isView(data)) {
    throw new UnsupportedModel(
      `The model's output "${name}" is of type ${type}, which cannot be shown. Ask for another output.`,
    );
  }
  const dtype = type as DType;
  const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength).slice();
  const values = new arrayOf[dtype](bytes.buffer);
  if (values.length !== elementCount(dims)) {
    throw new LensError(
      'internal',
      `The output "${name}" has ${values.length} values for [${dims.join(', ')}]. Please report this.`,
    );
  }
  return { dtype, dims: [...dims], data: values };
}

const describe = ({ type, shape }: TensorMetadata): string =>
  `${type} [${shape.map((d) => (d === '' ? '?' : d)).join(', ')}]`;

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ') || 'none';
