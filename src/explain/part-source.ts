import type { FloatTensor } from '../shared/tensor';
import { floatTensor } from '../shared/tensor';

/** Keeps tensors while there is room for them, and may forget any of them at any time. */
export interface HeadStore {
  readonly get: (name: string) => FloatTensor | undefined;
  readonly set: (name: string, tensor: FloatTensor) => unknown;
  /** Bytes that may be fetched at once in order to be kept. */
  readonly room: number;
}

/** Bytes. A run of ViT-L/14 at 336 pixels then gives three of its 24 layers for three prompts: 8 runs instead of 2 GB. */
const heldAtOnce = 256 * 2 ** 20;

/** What single heads are asked of: parts are tensors of a layer's heads. */
export interface HeadParts<Part> {
  nameOf(part: Part): string;
  /** Of its tensor, about: the file need not tell how many tokens an image has. */
  bytesOf(part: Part): number;
  /** What may be fetched instead, since the run itself costs the same: lists that contain the parts, the largest first. */
  around(parts: readonly Part[]): readonly (readonly Part[])[];
  /** @returns [heads, queries, keys] by the parts' names, from one run */
  run(parts: readonly Part[]): Promise<Map<string, FloatTensor>>;
}

/**
 * Tensors of single heads: from the store, or from a run. A run fetches as much around what is wanted as the store has room
 * for: all of a small model, so that looking around in it costs nothing, and one layer of a large one.
 */
export class PartSource<Part> {
  constructor(
    private readonly parts: HeadParts<Part>,
    private readonly store: HeadStore,
    private readonly held = heldAtOnce,
  ) {}

  /** @returns the parts in their order, each [heads, queries, keys] */
  async fetch(parts: readonly Part[]): Promise<FloatTensor[]> {
    const found = new Map<string, FloatTensor>();
    const nameOf = (part: Part) => this.parts.nameOf(part);
    const missing = parts.filter((part) => {
      const kept = this.store.get(nameOf(part));
      if (kept) found.set(nameOf(part), kept);
      return !kept;
    });
    if (missing.length > 0) {
      const all = this.parts.around(missing).find((choice) => this.bytes(choice) <= this.store.room) ?? missing;
      const keep = this.bytes(all) <= this.store.room;
      for (const [name, tensor] of await this.parts.run(all)) {
        found.set(name, keep ? alone(tensor) : tensor);
        if (keep) this.store.set(name, found.get(name)!);
      }
    }
    return parts.map((part) => found.get(nameOf(part))!);
  }

  /**
   * Fetches lists of parts one after the other, as many in a run as may be held at once, and lets them go when they are used.
   * @param between is awaited before each run but the first, with what is done already
   */
  async inTurn(
    lists: readonly (readonly Part[])[],
    use: (tensors: readonly FloatTensor[], index: number) => void,
    between: (done: number) => Promise<void>,
  ): Promise<void> {
    for (let first = 0, end = 1; first < lists.length; first = end, end++) {
      while (end < lists.length && this.bytes(lists.slice(first, end + 1).flat()) <= this.held) end++;
      if (first > 0) await between(first);
      const tensors = await this.fetch(lists.slice(first, end).flat());
      for (let at = 0, i = first; i < end; at += lists[i].length, i++) use(tensors.slice(at, at + lists[i].length), i);
    }
  }

  /** Of what `fetch` would return for them. */
  bytes(parts: readonly Part[]): number {
    const named = new Map(parts.map((part) => [this.parts.nameOf(part), part]));
    return [...named.values()].reduce((sum, part) => sum + this.parts.bytesOf(part), 0);
  }
}

/** More than there are: a slice ends where its axis ends. */
export const allHeads = 2 ** 31 - 1;

/** With memory of its own, so that forgetting it frees it. */
export const alone = (t: FloatTensor): FloatTensor =>
  t.data.byteLength === t.data.buffer.byteLength ? t : floatTensor(t.dims, t.data.slice());
