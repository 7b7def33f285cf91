import { dirname, isAbsolute, normalize, sep } from 'node:path';
import { BadFile } from '../shared/errors';
import type { ByteSource } from './bytes';
import { bytesOfFile } from './bytes';

/**
 * A model without its weights: a valid ModelProto in which every large raw_data (and packed float_data, which has the same bytes) is
 * replaced by an external-data reference into the file that it was read from. The weights themselves are never read.
 */
export interface Skeleton {
  readonly bytes: Uint8Array;
  readonly fileSize: number;
}

/** Tensors up to this many bytes stay inline: ONNX Runtime wants shapes and small constants so. */
const inlineLimit = 1024;
/** int64 tensors are index and shape tables; ONNX Runtime reads some of them while it builds the graph. */
const inlineIntegerLimit = 1 << 16;

type Kind = 'model' | 'graph' | 'node' | 'attribute' | 'tensor' | 'function';

/** Field number → kind, for the messages that can hold a tensor. */
const children: Record<Kind, Readonly<Record<number, Kind>>> = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor' },
  function: { 7: 'node' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph' },
  tensor: {},
};

const maxDepth = 64;

/**
 * Walks the protobuf wire format of `source`.
 * @param location what the references call the file: its base name
 * @throws BadFile if the bytes are no ModelProto
 */
export function readSkeleton(source: ByteSource, location: string): Skeleton {
  const walker = new Walker(source, location);
  return { bytes: join(walker.message('model', 0, source.size, 0)), fileSize: source.size };
}

class Walker {
  constructor(
    private readonly source: ByteSource,
    private readonly location: string,
  ) {}

  message(kind: Kind, start: number, end: number, depth: number): Uint8Array[] {
    if (depth > maxDepth) throw new BadFile(`The model nests graphs more than ${maxDepth} deep. The file is damaged.`);
    const out: Uint8Array[] = [];
    let at = start;
    let dtype = 0;
    let external: { offset: number; length: number } | undefined;
    while (at < end) {
      const tag = this.varint(at);
      const field = Math.floor(tag.value / 8);
      const wire = tag.value % 8;
      if (wire !== 2) {
        const next = this.skip(wire, tag.next, end);
        if (kind === 'tensor' && field === 2 && wire === 0) dtype = this.varint(tag.next).value;
        out.push(this.copy(at, next));
        at = next;
        continue;
      }
      const length = this.varint(tag.next);
      const from = length.next;
      const to = from + length.value;
      if (to > end) throw truncated(at, to, end);
      const child = children[kind][field];
      if (kind === 'tensor' && staysOutside(field, dtype, length.value)) {
        external = { offset: from, length: length.value };
      } else if (child && length.value > inlineLimit) {
        const parts = this.message(child, from, to, depth + 1);
        out.push(encodeVarint(tag.value), encodeVarint(parts.reduce((n, p) => n + p.length, 0)), ...parts);
      } else {
        out.push(this.copy(at, to));
      }
      at = to;
    }
    if (external) out.push(...this.reference(external));
    return out;
  }

  /** external_data entries (field 13) and data_location EXTERNAL (field 14). */
  private reference({ offset, length }: { offset: number; length: number }): Uint8Array[] {
    const entry = (key: string, value: string) => {
      const body = [...lengthDelimited(1, key), ...lengthDelimited(2, value)];
      return lengthDelimited(13, join(body));
    };
    return [
      ...entry('location', this.location),
      ...entry('offset', String(offset)),
      ...entry('length', String(length)),
      Uint8Array.of((14 << 3) | 0, 1),
    ];
  }

  /** Fields are copied out of the read window, which moves on. */
  private copy(from: number, to: number): Uint8Array {
    return this.source.read(from, to - from).slice();
  }

  private varint(at: number): { value: number; next: number } {
    const bytes = this.source.read(at, Math.min(10, this.source.size - at));
    let value = 0;
    for (let i = 0; i < bytes.length; i++) {
      value += (bytes[i] & 127) * 2 ** (7 * i);
      if (bytes[i] < 128) return { value, next: at + i + 1 };
    }
    throw new BadFile(
      `Byte ${at} of the file should begin a number of the ONNX format, and does not. It is no ONNX model, or damaged; fetch it again.`,
    );
  }

  private skip(wire: number, at: number, end: number): number {
    const next = wire === 0 ? this.varint(at).next : wire === 1 ? at + 8 : wire === 5 ? at + 4 : -1;
    if (next < 0)
      throw new BadFile(
        `Byte ${at} of the file is not what the ONNX format has there. It is no ONNX model, or damaged; fetch it again.`,
      );
    if (next > end) throw truncated(at, next, end);
    return next;
  }
}

/** raw_data is 9; float_data 4 (dtype 1) and double_data 10 (dtype 11), when packed, hold the very same bytes. */
function staysOutside(field: number, dtype: number, length: number): boolean {
  if (length <= inlineLimit) return false;
  if (field === 9) return !(dtype === 7 && length <= inlineIntegerLimit);
  return (field === 4 && dtype === 1) || (field === 10 && dtype === 11);
}

const truncated = (at: number, to: number, end: number) =>
  new BadFile(
    `At byte ${at} the model claims data up to byte ${to}, but that part ends at byte ${end}. The file is cut short or damaged; fetch it again.`,
  );

export function encodeVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function lengthDelimited(field: number, body: string | Uint8Array): Uint8Array[] {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return [encodeVarint((field << 3) | 2), encodeVarint(bytes.length), bytes];
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

/**
 * The place of an external-data file, checked as ONNX Runtime checks it.
 * @throws BadFile where it would leave the model's folder
 */
export function checkedLocation(location: string): string {
  const path = normalize(location);
  if (location === '' || isAbsolute(path) || path === '..' || path.startsWith(`..${sep}`))
    throw new BadFile(
      `The model keeps weights in "${location}", outside its own folder. Put the weights file beside the model.`,
    );
  return path;
}

/** Reads small external tensors, so that they can go inline. Data files are opened once. */
export class DataFiles {
  private readonly open = new Map<string, ByteSource>();

  constructor(
    /** Path of the model itself, links resolved; null for a model in memory. */
    private readonly modelPath: string | null,
  ) {}

  source(location: string): ByteSource {
    const name = checkedLocation(location);
    let source = this.open.get(name);
    if (!source) {
      if (this.modelPath === null)
        throw new BadFile(`The model keeps weights in "${location}", but it was not read from a folder.`);
      source = bytesOfFile(dirname(this.modelPath) + sep + name);
      this.open.set(name, source);
    }
    return source;
  }

  /** Of those that were needed. */
  paths(): string[] {
    return this.modelPath === null
      ? []
      : [...this.open.keys()].map((name) => dirname(this.modelPath as string) + sep + name);
  }

  close(): void {
    for (const s of this.open.values()) s.close();
    this.open.clear();
  }
}

export const keepsInline = (isInt64: boolean, length: number): boolean =>
  length <= (isInt64 ? inlineIntegerLimit : inlineLimit);
