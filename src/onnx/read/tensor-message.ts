import type { FieldReader } from './fields';
import type { Place, TensorProto } from './messages';

/** Tensors up to this many bytes stay inline: ONNX Runtime wants shapes and small constants so. */
const inlineLimit = 1024;
/** int64 tensors are index and shape tables; ONNX Runtime reads some of them while it builds the graph. */
const inlineIntegerLimit = 1 << 16;

export const keepsInline = (isInt64: boolean, length: number): boolean =>
  length <= (isInt64 ? inlineIntegerLimit : inlineLimit);

/** Fields that, packed, have the bytes of raw_data, and numbers of TensorProto.DataType. */
const [floatData, doubleData] = [4, 10];
const [float32, int64, float64] = [1, 7, 11];

/**
 * The message that the field holds. Large contents are left in the file, if they are bytes as raw_data has them, in one piece: raw_data, packed
 * float_data or double_data. Its fields may come in any order.
 * @param leaves false: everything is read
 */
export function readTensor(fields: FieldReader, leaves: boolean): TensorProto {
  const t: TensorProto = {
    name: '',
    dims: [],
    dataType: 0,
    hasSegment: false,
    isExternal: false,
    externalData: undefined,
    stringData: undefined,
    raw: undefined,
    numbers: undefined,
  };
  let pieces: Map<number, Data[]> | undefined;
  for (const end = fields.enter(); fields.next(end);)
    switch (fields.number) {
      case 1:
        fields.integers(t.dims);
        break;
      case 2:
        t.dataType = fields.integer();
        break;
      case 3:
        t.hasSegment = true;
        break;
      case 4:
      case 5:
      case 7:
      case 10:
      case 11: {
        const piece = fields.payload(inlineLimit);
        pieces ??= new Map();
        const list = pieces.get(fields.number);
        if (list) list.push(piece);
        else pieces.set(fields.number, [piece]);
        break;
      }
      case 6:
        (t.stringData ??= []).push(fields.text());
        break;
      case 8:
        t.name = fields.text();
        break;
      case 9:
        t.raw = fields.data(inlineLimit); // The last one counts.
        break;
      case 13:
        readEntry(fields, (t.externalData ??= new Map()));
        break;
      case 14:
        t.isExternal = fields.integer() === 1;
        break;
    }
  const leftOut = leaves ? (t.raw ?? onlyPiece(pieces, t.dataType)) : undefined;
  if (isPlace(leftOut) && !keepsInline(t.dataType === int64, leftOut.length)) {
    t.raw = leftOut;
    return t;
  }
  const read = (data: Data) => (isPlace(data) ? fields.bytes(data) : data);
  if (t.raw) t.raw = read(t.raw);
  if (pieces) t.numbers = new Map([...pieces].map(([number, list]) => [number, joined(list.map(read))]));
  return t;
}

type Data = Uint8Array | Place;

/** Of a type whose numbers are stored as raw_data has them, what there is; several pieces would have to be joined. */
function onlyPiece(pieces: ReadonlyMap<number, readonly Data[]> | undefined, dataType: number): Data | undefined {
  const list = pieces?.get(dataType === float32 ? floatData : dataType === float64 ? doubleData : 0);
  return list?.length === 1 ? list[0] : undefined;
}

export const isPlace = (data: Data | undefined): data is Place => data !== undefined && !(data instanceof Uint8Array);

function readEntry(fields: FieldReader, into: Map<string, string>): void {
  let key = '';
  let value = '';
  for (const end = fields.enter(); fields.next(end);)
    if (fields.number === 1) key = fields.text();
    else if (fields.number === 2) value = fields.text();
  into.set(key, value);
}

/** Of a SparseTensorProto: the name of its values. */
export function readSparseName(fields: FieldReader): string {
  let name = '';
  for (const end = fields.enter(); fields.next(end);) if (fields.number === 1) name = readTensor(fields, true).name;
  return name;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}
