/** Pieces of the protobuf wire format, written by hand: a test can say what no library would write. */
export function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.of(...bytes, Number(rest));
}

export const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

export const numberField = (field: number, value: number | bigint): Uint8Array =>
  joined(varint(field * 8), varint(value));

export const bytesField = (field: number, body: Uint8Array | string): Uint8Array => {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return joined(varint(field * 8 + 2), varint(bytes.length), bytes);
};

/** NodeProto of one input and one output (or more, parted by commas). */
export const nodeBytes = (op: string, inputs: string, output: string, ...attributes: Uint8Array[]): Uint8Array =>
  joined(
    ...inputs.split(',').map((name) => bytesField(1, name)),
    bytesField(2, output),
    bytesField(4, op),
    ...attributes.map((a) => bytesField(5, a)),
  );

/** ValueInfoProto of a float tensor. */
export function infoBytes(name: string, dims: readonly number[]): Uint8Array {
  const shape = joined(...dims.map((d) => bytesField(1, numberField(1, d))));
  return joined(bytesField(1, name), bytesField(2, bytesField(1, joined(numberField(1, 1), bytesField(2, shape)))));
}

/** ModelProto of opset 18 around the fields of a graph. */
export const modelBytes = (...graph: Uint8Array[]): Uint8Array =>
  joined(numberField(1, 8), bytesField(8, numberField(2, 18)), bytesField(7, joined(...graph)));
