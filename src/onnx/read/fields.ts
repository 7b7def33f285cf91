import { BadFile } from '../../shared/errors';
import { bufferOf } from '../proto/utf8';
import type { ByteSource } from './bytes';
import type { Place } from './messages';

/** Wire types (protobuf.dev/programming-guides/encoding). */
const [varint, fixed64, delimited, groupStart, groupEnd, fixed32] = [0, 1, 2, 3, 4, 5];

/** Held at least behind a jump over weights: the heads of a few small tensors. */
const smallest = 1 << 12;
const largest = 1 << 16;
/** Tag and number take up to ten bytes each. */
const longestHead = 20;

/**
 * Reads the protobuf wire format field by field. Of the file it holds a part that moves along: it grows while reading goes on, and starts
 * small again behind skipped weights. All methods throw BadFile where the bytes are not what they should be.
 *
 *     for (const end = fields.enter(); fields.next(end); )
 *       if (fields.number === 1) name = fields.text();
 */
export class FieldReader {
  /** Number of the field that was read last; what is not asked for is passed over. */
  number = 0;
  private wire = 0;
  /** Its payload, in the file. */
  private from = 0;
  private to = 0;
  /** Its value if it is a number: two halves of 64 bits. */
  private low = 0;
  private high = 0;

  /** The next byte to be read. */
  private at = 0;
  private held = bufferOf(new Uint8Array(0));
  private start = 0;
  private size = smallest;

  constructor(private readonly source: ByteSource) {}

  /** Goes to the next field of a message that ends at `end`. @returns false: there is none */
  next(end: number): boolean {
    const start = this.at;
    if (start >= end) return false;
    // A short text or message, as most fields are, goes without calls: this runs for every field, mostly before it is compiled.
    const i = start - this.start;
    if (i >= 0 && i + 2 <= this.held.length) {
      const tag = this.held[i];
      const to = start + 2 + this.held[i + 1];
      if ((tag & 0x87) === delimited && tag > 7 && to < start + 130 && to <= end) {
        this.number = tag >> 3;
        this.wire = delimited;
        this.from = start + 2;
        this.at = this.to = to;
        return true;
      }
    }
    this.read(end);
    if (this.wire === groupStart || this.wire === groupEnd) this.skipGroup(end);
    return true;
  }

  private read(end: number): void {
    const start = this.at;
    this.hold(start, longestHead);
    this.readHead();
    if (this.to > end)
      throw new BadFile(
        `At byte ${start} the model claims data up to byte ${this.to}, but that part ends at byte ${end}. The file is cut short or damaged; fetch it again.`,
      );
  }

  private readHead(): void {
    const start = this.at;
    this.readVarint();
    const tag = this.unsigned();
    this.number = Math.floor(tag / 8);
    this.wire = tag % 8;
    if (this.number === 0 || this.wire > fixed32) throw noNumber(start);
    this.from = this.at;
    if (this.wire === varint) this.readVarint();
    else if (this.wire === delimited) {
      this.readVarint();
      this.from = this.at;
      this.at += this.unsigned();
    } else if (this.wire === fixed32) this.at += 4;
    else if (this.wire === fixed64) this.at += 8;
    this.to = this.at;
  }

  /** ONNX uses no groups, but a later version might. */
  private skipGroup(end: number): void {
    if (this.wire === groupEnd) throw noNumber(this.from);
    for (let open = 1; open > 0;) {
      if (this.at >= end) throw noNumber(end);
      this.read(end);
      if (this.wire === groupStart) open++;
      if (this.wire === groupEnd) open--;
    }
  }

  /** Goes into the message that the field holds. @returns where it ends */
  enter(): number {
    this.expect(delimited);
    this.at = this.from;
    return this.to;
  }

  /** int32, int64 or an enum; beyond 2⁵³ the last digits are lost. */
  integer(): number {
    this.expect(varint);
    return (this.high | 0) * 2 ** 32 + this.low;
  }

  /** One or, packed, several. */
  integers(into: number[]): void {
    if (this.wire !== delimited) {
      into.push(this.integer());
      return;
    }
    const { to } = this;
    for (this.at = this.from; this.at < to;) {
      this.hold(this.at, longestHead);
      this.readVarint();
      into.push((this.high | 0) * 2 ** 32 + this.low);
    }
    if (this.at > to) throw noNumber(to);
  }

  float(): number {
    this.expect(fixed32);
    return this.view().readFloatLE(0);
  }

  /** One or, packed, several. */
  floats(into: number[]): void {
    if (this.wire !== delimited) {
      into.push(this.float());
      return;
    }
    const bytes = this.view();
    for (let i = 0; i + 4 <= bytes.length; i += 4) into.push(bytes.readFloatLE(i));
  }

  text(): string {
    if (this.wire !== delimited) this.expect(delimited);
    const first = this.from - this.start;
    const end = this.to - this.start;
    return first < 0 || end > this.held.length ? this.view().toString('utf8') : this.held.utf8Slice(first, end);
  }

  /** The payload of a field of any kind: its bytes, or its place if it is longer than `most` bytes. */
  payload(most: number): Uint8Array | Place {
    const place = { offset: this.from, length: this.to - this.from };
    return place.length > most ? place : this.bytes(place);
  }

  /** The same of a field that holds bytes. */
  data(most: number): Uint8Array | Place {
    this.expect(delimited);
    return this.payload(most);
  }

  /** Bytes that were passed. */
  bytes({ offset, length }: Place): Uint8Array {
    const first = offset - this.start;
    if (first < 0 || first + length > this.held.length) return this.source.read(offset, length);
    return new Uint8Array(this.held.subarray(first, first + length));
  }

  private expect(wire: number): void {
    if (this.wire !== wire)
      throw new BadFile(
        `The field that ends at byte ${this.to} of the model is not of the kind that ONNX gives it. The file is no ONNX model, or damaged; fetch it again.`,
      );
  }

  /** The payload, valid until the next call. */
  private view(): Buffer {
    const length = this.to - this.from;
    if (length > largest) {
      const bytes = this.source.read(this.from, length);
      return bufferOf(bytes);
    }
    this.hold(this.from, length);
    return this.held.subarray(this.from - this.start, this.to - this.start);
  }

  /** Makes sure that these bytes, as far as the file has them, are held. */
  private hold(from: number, length: number): void {
    const i = from - this.start;
    const end = Math.min(from + length, this.source.size);
    if (i >= 0 && end - this.start <= this.held.length) return;
    const goesOn = i >= 0 && i <= this.held.length + smallest;
    this.size = goesOn ? Math.min(2 * this.size, largest) : smallest;
    const wanted = Math.max(length, Math.min(this.size, this.source.size - from));
    const bytes = this.source.read(from, Math.max(0, Math.min(wanted, this.source.size - from)));
    this.held = bufferOf(bytes);
    this.start = from;
  }

  /** A number of up to ten bytes, which are held. */
  private readVarint(): void {
    const { held } = this;
    const begin = this.at - this.start;
    let byte = held[begin];
    if (byte < 128) {
      // Most are.
      this.low = byte;
      this.high = 0;
      this.at++;
      return;
    }
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      byte = held[begin + i]; // undefined behind the end
      const bits = byte & 127;
      if (i < 4) low |= bits << (7 * i);
      else if (i > 4) high |= bits << (7 * i - 32);
      else {
        low |= bits << 28;
        high = bits >> 4;
      }
      if (byte < 128) {
        this.low = low >>> 0;
        this.high = high;
        this.at += i + 1;
        return;
      }
    }
    throw noNumber(this.at);
  }

  private unsigned(): number {
    return (this.high >>> 0) * 2 ** 32 + this.low;
  }
}

const noNumber = (at: number): BadFile =>
  new BadFile(
    `Byte ${at} of the file should begin a number of the ONNX format, and does not. It is no ONNX model, or damaged; fetch it again.`,
  );
