import { toInt64 } from '../graph/tensor';

const utf8 = new TextEncoder();

/**
 * Writes the protobuf wire format into one growing buffer. The augmented graph is encoded at every opening of a model; through the
 * generated schema that took half of the time.
 */
export class ProtoWriter {
  private bytes = new Uint8Array(1 << 16);
  private at = 0;

  finish(): Uint8Array {
    return this.bytes.slice(0, this.at);
  }

  private room(length: number): void {
    if (this.at + length <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.at + length));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
  }

  private varint(value: number): void {
    this.room(10);
    let rest = value;
    while (rest >= 128) {
      this.bytes[this.at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.at++] = rest;
  }

  /** int32, int64, enum: negative numbers take ten bytes, as the format has it. */
  int(field: number, value: number): void {
    this.varint(field * 8);
    this.integer(value);
  }

  private integer(value: number): void {
    if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) return this.varint(value);
    this.room(10);
    let rest = BigInt.asUintN(64, toInt64(value));
    while (rest >= 128n) {
      this.bytes[this.at++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.bytes[this.at++] = Number(rest);
  }

  /** One entry for each number: proto2 does not pack by itself. */
  ints(field: number, values: readonly number[]): void {
    for (const v of values) this.int(field, v);
  }

  float(field: number, value: number): void {
    this.varint(field * 8 + 5);
    this.room(4);
    new DataView(this.bytes.buffer).setFloat32(this.at, value, true);
    this.at += 4;
  }

  data(field: number, value: Uint8Array): void {
    this.varint(field * 8 + 2);
    this.varint(value.length);
    this.room(value.length);
    this.bytes.set(value, this.at);
    this.at += value.length;
  }

  text(field: number, value: string): void {
    this.varint(field * 8 + 2);
    // One byte is kept for the length; longer texts are moved by what more it takes.
    this.room(3 * value.length + 10);
    const start = ++this.at;
    this.at += this.ascii(value, start) ?? utf8.encodeInto(value, this.bytes.subarray(start)).written;
    this.setLength(start, this.at - start);
  }

  /** Names are short and plain: a loop is quicker than a call of the encoder. @returns bytes written, undefined if there is more than ASCII */
  private ascii(value: string, at: number): number | undefined {
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 127) return undefined;
      this.bytes[at + i] = code;
    }
    return value.length;
  }

  message(field: number, write: () => void): void {
    this.varint(field * 8 + 2);
    this.room(10);
    const start = ++this.at;
    write();
    this.setLength(start, this.at - start);
  }

  /** Puts the length of what stands from `start` to the end before it, where one byte is free. */
  private setLength(start: number, length: number): void {
    if (length < 128) {
      this.bytes[start - 1] = length;
      return;
    }
    const extra = Math.ceil(Math.log2(length + 1) / 7) - 1;
    this.room(extra);
    this.bytes.copyWithin(start + extra, start, start + length);
    this.at = start - 1;
    this.varint(length);
    this.at = start + extra + length;
  }
}
