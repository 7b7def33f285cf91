import { bufferOf } from './utf8';

/**
 * Writes the protobuf wire format into one growing buffer. The augmented graph is encoded at every opening of a model; through the
 * generated schema that took half of the time.
 */
export class ProtoWriter {
  private bytes = bufferOf(new Uint8Array(1 << 16));
  private at = 0;

  finish(): Uint8Array {
    return new Uint8Array(this.bytes.subarray(0, this.at));
  }

  private room(length: number): void {
    if (this.at + length <= this.bytes.length) return;
    const larger = bufferOf(new Uint8Array(Math.max(2 * this.bytes.length, this.at + length)));
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

  /** int32, int64, enum: negative numbers take ten bytes, as the format has it. Numbers beyond int64 are written as its ends. */
  int(field: number, value: number): void {
    this.varint(field * 8);
    if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) this.varint(value);
    else this.int64(value);
  }

  private int64(value: number): void {
    this.room(10);
    let high = Math.floor(value / 2 ** 32);
    let low = value - high * 2 ** 32;
    if (value >= 2 ** 63) [high, low] = [2 ** 31 - 1, 2 ** 32 - 1];
    if (value < -(2 ** 63)) [high, low] = [-(2 ** 31), 0];
    high >>>= 0;
    while (high > 0 || low >= 128) {
      this.bytes[this.at++] = (low & 127) | 128;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.bytes[this.at++] = low;
  }

  /** One entry for each number: proto2 does not pack by itself. */
  ints(field: number, values: readonly number[]): void {
    for (const v of values) this.int(field, v);
  }

  float(field: number, value: number): void {
    this.varint(field * 8 + 5);
    this.room(4);
    this.at = this.bytes.writeFloatLE(value, this.at);
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
    const most = 3 * value.length;
    this.room(most + 10);
    const start = ++this.at;
    const length = this.bytes.utf8Write(value, start, most);
    this.at += length;
    if (length < 128) this.bytes[start - 1] = length;
    else this.setLength(start, length);
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
