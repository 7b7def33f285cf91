import { BadFile } from './errors';
import { elementCount, type DType, type Tensor, type TensorMap, type TypedArray } from './tensor';

/**
 * The safetensors format (https://github.com/huggingface/safetensors#format): u64 header length, JSON header, data; all little-endian.
 * Typed arrays are little-endian on every platform that Node and VS Code run on, so data is never swapped.
 */

export interface SafetensorsFile {
  /** In the order of the file's header. */
  readonly tensors: TensorMap;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The reference implementation's limit on the JSON header, in bytes. */
const maxHeader = 100_000_000;

interface Kind {
  readonly dtype: DType;
  /** Bytes per element. */
  readonly size: number;
  readonly view: new (buffer: ArrayBufferLike, byteOffset: number, length: number) => TypedArray;
}

const kinds: Readonly<Record<string, Kind>> = {
  F64: { dtype: 'float64', size: 8, view: Float64Array },
  F32: { dtype: 'float32', size: 4, view: Float32Array },
  F16: { dtype: 'float16', size: 2, view: Uint16Array },
  BF16: { dtype: 'bfloat16', size: 2, view: Uint16Array },
  I64: { dtype: 'int64', size: 8, view: BigInt64Array },
  I32: { dtype: 'int32', size: 4, view: Int32Array },
  I16: { dtype: 'int16', size: 2, view: Int16Array },
  I8: { dtype: 'int8', size: 1, view: Int8Array },
  U64: { dtype: 'uint64', size: 8, view: BigUint64Array },
  U32: { dtype: 'uint32', size: 4, view: Uint32Array },
  U16: { dtype: 'uint16', size: 2, view: Uint16Array },
  U8: { dtype: 'uint8', size: 1, view: Uint8Array },
  BOOL: { dtype: 'bool', size: 1, view: Uint8Array },
};

const codes = new Map(Object.entries(kinds).map(([code, kind]) => [kind.dtype, { code, ...kind }]));

interface Entry {
  readonly name: string;
  readonly kind: Kind;
  readonly dims: readonly number[];
  /** Bytes from the start of the data section. */
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a whole file. Tensors are views of `bytes` where their alignment allows it, copies otherwise.
 * `name` is what error sentences call the file. Throws {@link BadFile}.
 */
export function readSafetensors(bytes: Uint8Array, name = 'the file'): SafetensorsFile {
  const fail = (why: string, options?: ErrorOptions): never => {
    throw new BadFile(`Cannot read ${name} as safetensors: ${why}.`, options);
  };
  if (bytes.length < 8) fail(`it has ${bytes.length} bytes, and the header length alone takes 8`);
  const declared = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (declared > BigInt(maxHeader))
    fail(
      `it declares a header of ${declared} bytes, more than the format's limit of ${maxHeader}; it is probably another kind of file`,
    );
  const start = 8 + Number(declared);
  if (start > bytes.length)
    fail(`it declares a header of ${declared} bytes and ends before it; it is truncated or another kind of file`);

  const { __metadata__, ...described } = parseHeader(bytes.subarray(8, start), fail);
  const data = bytes.subarray(start);
  const entries = Object.entries(described).map(([key, value]) => readEntry(key, value, fail));
  checkLayout(entries, data.length, fail);
  return {
    tensors: Object.fromEntries(entries.map((entry) => [entry.name, view(entry, data)])),
    metadata: readMetadata(__metadata__, fail),
  };
}

/**
 * Writes tensors so that every one is aligned to its element size: the widest come first in the data, the header keeps the order of the map.
 * Throws an Error if a tensor's data and dims disagree, which is a fault of the caller.
 */
export function writeSafetensors(tensors: TensorMap, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const sized = Object.entries(tensors).map(([name, tensor]) => ({ name, tensor, kind: kindOf(name, tensor) }));
  const begins = new Map<string, number>();
  let length = 0;
  for (const { name, tensor } of [...sized].sort((a, b) => b.kind.size - a.kind.size)) {
    begins.set(name, length);
    length += tensor.data.byteLength;
  }
  const described = sized.map(({ name, tensor, kind }): [string, object] => {
    const begin = begins.get(name)!;
    return [name, { dtype: kind.code, shape: tensor.dims, data_offsets: [begin, begin + tensor.data.byteLength] }];
  });
  const head: [string, object][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries([...head, ...described])));
  // The format allows trailing spaces in the header, for exactly this: data begins on a multiple of 8.
  const padded = Math.ceil(json.length / 8) * 8;

  const bytes = new Uint8Array(8 + padded + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.fill(0x20, 8, 8 + padded).set(json, 8);
  for (const { name, tensor } of sized) {
    const { buffer, byteOffset, byteLength } = tensor.data;
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), 8 + padded + begins.get(name)!);
  }
  return bytes;
}

type Fail = (why: string, options?: ErrorOptions) => never;

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    return fail('its header is no valid JSON; the file is damaged or of another kind', { cause });
  }
  return isRecord(header) ? header : fail('its header is no JSON object');
}

function readMetadata(value: unknown, fail: Fail): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isRecord(value) || !Object.values(value).every((v) => typeof v === 'string'))
    return fail('its metadata is no map of strings');
  return value as Record<string, string>;
}

function readEntry(name: string, value: unknown, fail: Fail): Entry {
  if (!isRecord(value)) return fail(`the entry of tensor "${name}" is no object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string') return fail(`tensor "${name}" has no dtype`);
  if (!Object.hasOwn(kinds, dtype))
    return fail(
      `tensor "${name}" has the dtype ${dtype}, which is not supported (supported: ${Object.keys(kinds).join(', ')})`,
    );
  if (!isCounts(shape)) return fail(`tensor "${name}" has no valid shape`);
  if (!isCounts(offsets) || offsets.length !== 2) return fail(`tensor "${name}" has no valid data offsets`);
  const kind = kinds[dtype]!;
  const [begin, end] = offsets as [number, number];
  const size = elementCount(shape) * kind.size;
  if (end - begin !== size)
    return fail(
      `tensor "${name}" (${dtype} [${shape.join(', ')}]) needs ${size} bytes and its offsets hold ${end - begin}`,
    );
  return { name, kind, dims: shape, begin, end };
}

/** As the reference implementation: the tensors fill the data section without holes and without overlaps. */
function checkLayout(entries: readonly Entry[], length: number, fail: Fail): void {
  let reached = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (end > length) fail(`tensor "${name}" ends at byte ${end} of ${length}; the file is truncated`);
    if (begin < reached) fail(`tensor "${name}" overlaps another one`);
    if (begin > reached) fail(`there are ${begin - reached} unclaimed bytes before tensor "${name}"`);
    reached = end;
  }
  if (reached !== length) fail(`${length - reached} bytes follow the last tensor`);
}

function view({ kind, dims, begin, end }: Entry, data: Uint8Array): Tensor {
  const count = (end - begin) / kind.size;
  const aligned = (data.byteOffset + begin) % kind.size === 0;
  const bytes = aligned ? data.subarray(begin, end) : data.slice(begin, end);
  return { dtype: kind.dtype, dims, data: new kind.view(bytes.buffer, bytes.byteOffset, count) };
}

function kindOf(name: string, { dtype, dims, data }: Tensor): Kind & { readonly code: string } {
  const kind = codes.get(dtype)!;
  if (data.byteLength !== elementCount(dims) * kind.size) {
    throw new Error(
      `Tensor "${name}" (${dtype} [${dims.join(', ')}]) needs ${elementCount(dims) * kind.size} bytes and holds ${data.byteLength}.`,
    );
  }
  return kind;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
