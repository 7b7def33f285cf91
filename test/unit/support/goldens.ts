import { readFileSync } from 'node:fs';
import { readSafetensors } from '../../../src/shared/safetensors';
import type { Heads } from '../../../src/shared/heads';
import type { Tensor } from '../../../src/shared/tensor';
import type { FixtureMeta } from './fixture';

/** A fixture that has relevance: rows of R are read. */
type ReadMeta = FixtureMeta & { readonly read_row: NonNullable<FixtureMeta['read_row']> };

export interface Goldens {
  readonly meta: ReadMeta;
  readonly tensor: (name: string) => Tensor & { readonly data: Float32Array };
  readonly has: (name: string) => boolean;
  /** Attention i with its gradient under target t, of one batch entry. */
  readonly heads: (target: number, attention: number, batch: number) => Heads;
}

const folder = new URL('../../fixtures/', import.meta.url);

export function goldens(fixture: string): Goldens {
  const { tensors } = readSafetensors(readFileSync(new URL(`${fixture}/golden.safetensors`, folder)));
  const meta = JSON.parse(readFileSync(new URL(`${fixture}/meta.json`, folder), 'utf8')) as ReadMeta;
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
