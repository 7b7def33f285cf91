import { BadFile } from '../../shared/errors';
import type { ByteSource } from './bytes';
import { Window } from './window';
import { join, lengthDelimited } from './wire';

/**
 * A model without its weights: a valid ModelProto in which every large raw_data (and packed float_data or double_data, which have the same
 * bytes) is replaced by an external-data reference into the file that it was read from. The weights themselves are never read, nor is
 * what no reader here looks at: training, metadata, documentation, fields of later ONNX versions.
 */
export interface Skeleton {
  readonly bytes: Uint8Array;
  readonly fileSize: number;
}

/** Tensors up to this many bytes stay inline: ONNX Runtime wants shapes and small constants so. */
const inlineLimit = 1024;
/** int64 tensors are index and shape tables; ONNX Runtime reads some of them while it builds the graph. */
const inlineIntegerLimit = 1 << 16;

export const keepsInline = (isInt64: boolean, length: number): boolean =>
  length <= (isInt64 ? inlineIntegerLimit : inlineLimit);

type Kind = 'model' | 'graph' | 'node' | 'attribute' | 'tensor' | 'sparse' | 'function';

/** Field numbers of onnx.proto: messages that can hold a tensor, and what else is kept of a large message. */
const messages: Record<
  Kind,
  { readonly children: Readonly<Record<number, Kind>>; readonly kept: ReadonlySet<number> }
> = {
  model: { children: { 7: 'graph', 25: 'function' }, kept: new Set([1, 8]) },
  graph: { children: { 1: 'node', 5: 'tensor', 15: 'sparse' }, kept: new Set([2, 11, 12, 13]) },
  function: { children: { 7: 'node', 11: 'attribute' }, kept: new Set([1, 4, 5, 6, 9, 10, 13]) },
  node: { children: { 5: 'attribute' }, kept: new Set([1, 2, 3, 4, 7, 8]) },
  attribute: {
    children: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
    kept: new Set([1, 2, 3, 4, 7, 8, 9, 14, 15, 20, 21]),
  },
  sparse: { children: { 1: 'tensor', 2: 'tensor' }, kept: new Set([3]) },
  tensor: { children: {}, kept: new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14]) },
};

const maxDepth = 64;

/**
 * Walks the protobuf wire format of `source`.
 * @param location what the references call the file: its base name
 * @throws BadFile if the bytes are no ModelProto
 */
export function readSkeleton(source: ByteSource, location: string): Skeleton {
  return { bytes: new Walker(source, location).message('model', 0, source.size, 0), fileSize: source.size };
}

class Walker {
  private readonly window: Window;
  /** The field that was read last: its number, wire type, and payload. */
  private number = 0;
  private wire = 0;
  private from = 0;
  private end = 0;

  constructor(
    source: ByteSource,
    private readonly location: string,
  ) {
    this.window = new Window(source);
  }

  message(kind: Kind, start: number, end: number, depth: number): Uint8Array {
    if (depth > maxDepth) throw new BadFile(`The model nests graphs more than ${maxDepth} deep. The file is damaged.`);
    const { children, kept } = messages[kind];
    const weights = kind === 'tensor' ? this.weights(start, end) : undefined;
    const out: Uint8Array[] = [];
    // Neighbouring fields are copied together.
    let copied = start;
    let ready = start;
    const flush = (next: number) => {
      if (ready > copied) out.push(this.window.copy(copied, ready));
      copied = ready = next;
    };
    for (let at = start; at < end; at = ready) {
      this.next(at, end);
      const { number, from, end: to } = this;
      const child = this.wire === 2 ? children[number] : undefined;
      if (child !== undefined && to - from > inlineLimit) {
        flush(to);
        out.push(...lengthDelimited(number, this.message(child, from, to, depth + 1)));
      } else if ((child === undefined && !kept.has(number)) || weights?.fields.includes(at)) flush(to);
      else ready = to;
    }
    flush(end);
    if (weights) out.push(...this.reference(weights));
    return join(out);
  }

  /** Of a tensor: where its large contents lie, if they are bytes as raw_data has them, in one piece. The fields may come in any order. */
  private weights(start: number, end: number): Weights | undefined {
    let dtype = 0;
    const found: { number: number; wire: number; at: number; from: number; end: number }[] = [];
    for (let at = start; at < end; at = this.end) {
      this.next(at, end);
      const { number, wire, from } = this;
      if (number === 2 && wire === 0) dtype = this.window.varint(from);
      // Numbers one by one are many; that they are there is enough.
      if ((number === 9 || number === 4 || number === 10) && (wire === 2 || found.at(-1)?.wire !== wire))
        found.push({ number, wire, at, from, end: this.end });
    }
    const raw = found.filter((f) => f.number === 9);
    const typed = found.filter((f) => f.number === (dtype === 1 ? 4 : dtype === 11 ? 10 : -1));
    // The last raw_data counts; the pieces of a packed field would have to be joined.
    const one = raw.at(-1) ?? (typed.length === 1 ? typed[0] : undefined);
    if (!one || one.wire !== 2 || keepsInline(dtype === 7, one.end - one.from)) return undefined;
    return { offset: one.from, length: one.end - one.from, fields: (raw.length > 0 ? raw : typed).map((f) => f.at) };
  }

  /** external_data entries (field 13) and data_location EXTERNAL (field 14). */
  private reference({ offset, length }: Weights): Uint8Array[] {
    const entry = (key: string, value: string) =>
      lengthDelimited(13, join([...lengthDelimited(1, key), ...lengthDelimited(2, value)]));
    return [
      ...entry('location', this.location),
      ...entry('offset', String(offset)),
      ...entry('length', String(length)),
      Uint8Array.of((14 << 3) | 0, 1),
    ];
  }

  /** Reads the tag and the extent of the field at `start`, in a part of the file that ends at `end`. */
  private next(start: number, end: number): void {
    const tag = this.window.varint(start);
    let from = this.window.at;
    let to: number;
    const wire = tag % 8;
    if (wire === 2) {
      const length = this.window.varint(from);
      from = this.window.at;
      to = from + length;
    } else to = this.skip(tag, from, end);
    if (to > end)
      throw new BadFile(
        `At byte ${start} the model claims data up to byte ${to}, but that part ends at byte ${end}. The file is cut short or damaged; fetch it again.`,
      );
    this.number = Math.floor(tag / 8);
    this.wire = wire;
    this.from = from;
    this.end = to;
  }

  private skip(tag: number, at: number, end: number): number {
    const wire = tag < 8 ? -1 : tag % 8;
    if (wire === 0) {
      this.window.varint(at);
      return this.window.at;
    }
    if (wire === 1) return at + 8;
    if (wire === 5) return at + 4;
    if (wire === 3) return this.skipGroup(at, end);
    throw new BadFile(
      `Byte ${at} of the file is not what the ONNX format has there. It is no ONNX model, or damaged; fetch it again.`,
    );
  }

  /** Groups are an old way to nest, which ONNX has never used: they hold no tensors, but end somewhere. */
  private skipGroup(start: number, end: number): number {
    let at = start;
    for (let open = 1; open > 0;) {
      const wire = this.window.varint(at) % 8;
      if (wire === 3 || wire === 4) {
        open += wire === 3 ? 1 : -1;
        at = this.window.at;
      } else {
        this.next(at, end);
        at = this.end;
      }
    }
    return at;
  }
}

interface Weights {
  readonly offset: number;
  readonly length: number;
  /** Where the fields that hold them start. */
  readonly fields: readonly number[];
}
