import { readFileSync } from 'node:fs';
import { readSafetensors } from '../../../src/shared/safetensors';
import type { Heads } from '../../../src/shared/heads';
import type { Tensor } from '../../../src/shared/tensor';

/** What a test needs of a fixture's meta.json; test/fixtures' README says the rest. */
export interface FixtureMeta {
  readonly targets: readonly { readonly output: string; readonly index: readonly number[] }[];
  readonly attentions: readonly { readonly kind: string; readonly stack: string; readonly layer: number }[];
  readonly read_row: readonly {
    readonly suffix?: string;
    readonly target?: number;
    readonly stack?: string;
    readonly matrix?: string;
    readonly batch: number | 'all';
    readonly row: number;
    readonly columns?: readonly [number, number | null];
  }[];
}

export interface Goldens {
  readonly meta: FixtureMeta;
  readonly tensor: (name: string) => Tensor & { readonly data: Float32Array };
  readonly has: (name: string) => boolean;
  /** Attention i with its gradient under target t, of one batch entry. */
  readonly heads: (target: number, attention: number, batch: number) => Heads;
}

const folder = new URL('../../fixtures/', import.meta.url);

export function goldens(fixture: string): Goldens {
  const { tensors } = readSafetensors(readFileSync(new URL(`${fixture}/golden.safetensors`, folder)));
  const meta = JSON.parse(readFileSync(new URL(`${fixture}/meta.json`, folder), 'utf8')) as FixtureMeta;
  const tensor = (name: string) => {
    const found = tensors[name];
    if (!found) throw new Error(`${fixture} has no golden "${name}".`);
    return { ...found, data: found.data as Float32Array };
  };
  const heads = (target: number, attention: number, batch: number): Heads => {
    const A = tensor(`attention.${attention}`);
    const [, count, queries, keys] = A.dims as readonly [number, number, number, number];
    const size = count * queries * keys;
    const of = (data: Float32Array): Float32Array => data.subarray(batch * size, (batch + 1) * size);
    const gradient = tensor(`gradient.${target}.${attention}`);
    return { heads: count, queries, keys, attention: of(A.data), gradient: of(gradient.data) };
  };
  return { meta, tensor, has: (name) => name in tensors, heads };
}
