import { BadFile } from '../../shared/errors';
import type { ByteSource } from './bytes';

const smallest = 1 << 10;
const largest = 1 << 16;

/** A part of a file that is held in memory and moves along: it grows while reading goes on, and starts small again behind skipped weights. */
export class Window {
  /** Where the number that was read last ends. */
  at = 0;
  private held: Uint8Array = new Uint8Array(0);
  private start = 0;
  private size = smallest;

  constructor(private readonly source: ByteSource) {}

  /** A number in protobuf's variable length (up to ten bytes); beyond 2⁵³ its last digits are lost. */
  varint(at: number): number {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const byte = this.byte(at + i);
      value += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) {
        this.at = at + i + 1;
        return value;
      }
    }
    throw new BadFile(
      `Byte ${at} of the file should begin a number of the ONNX format, and does not. It is no ONNX model, or damaged; fetch it again.`,
    );
  }

  copy(from: number, to: number): Uint8Array {
    const [first, end] = [from - this.start, to - this.start];
    return first >= 0 && end <= this.held.length ? this.held.slice(first, end) : this.source.read(from, to - from);
  }

  private byte(at: number): number {
    const i = at - this.start;
    if (i >= 0 && i < this.held.length) return this.held[i];
    const goesOn = i >= 0 && i <= this.held.length + smallest;
    this.size = goesOn ? Math.min(2 * this.size, largest) : smallest;
    // At least the byte that is asked for: beyond the end of the file it is an error.
    this.held = this.source.read(at, Math.max(1, Math.min(this.size, this.source.size - at)));
    this.start = at;
    return this.held[0];
  }
}
