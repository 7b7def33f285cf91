import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSafetensors } from '../../../src/shared/safetensors';
import type { Tensor, TensorMap } from '../../../src/shared/tensor';

export const fixturesFolder = join(process.cwd(), 'test/fixtures');

/** The part of a fixture's meta.json that tests read. */
export interface FixtureMeta {
  readonly fixture: string;
  readonly family: string;
  readonly exporter: string;
  readonly opset: number;
  readonly dtype: string;
  readonly targets: readonly { readonly output: string; readonly index: readonly number[]; readonly value: number }[];
  readonly attentions: readonly {
    readonly index: number;
    readonly kind: string;
    readonly stack: string;
    readonly layer: number;
    readonly heads: number;
    readonly shape: readonly number[];
    readonly causal: boolean;
    readonly unused?: boolean;
  }[];
  readonly read_row:
    | readonly {
        readonly suffix?: string;
        readonly target?: number;
        readonly stack?: string;
        readonly matrix?: string;
        readonly batch: number | 'all';
        readonly row: number;
        readonly columns?: readonly [number, number | null];
      }[]
    | null;
  readonly relevance_rule: string;
  readonly tolerance: { readonly attention: number; readonly gradient: number; readonly output: number };
  readonly tolerance_dequantized?: { readonly attention: number; readonly gradient: number };
}

export interface Fixture {
  readonly name: string;
  readonly folder: string;
  readonly model: string;
  readonly meta: FixtureMeta;
  readonly golden: TensorMap;
  /** The model's inputs, by their own names. */
  readonly inputs: TensorMap;
}

export const fixtureNames = (): string[] =>
  readdirSync(fixturesFolder)
    .filter((n) => existsSync(join(fixturesFolder, n, 'meta.json')))
    .sort();

export function loadFixture(name: string): Fixture {
  const folder = join(fixturesFolder, name);
  const meta = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as FixtureMeta;
  const golden = readSafetensors(readFileSync(join(folder, 'golden.safetensors'))).tensors;
  const inputs = Object.fromEntries(
    Object.entries(golden).flatMap(([k, t]) => (k.startsWith('input.') ? [[k.slice(6), t]] : [])),
  );
  return { name, folder, model: join(folder, 'model.onnx'), meta, golden, inputs };
}

/** ‖a − b‖ / ‖b‖, with a small floor for tensors that are zero. */
export function relativeError(actual: Tensor, expected: Tensor): number {
  if (actual.dims.join() !== expected.dims.join()) return Infinity;
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const e = Number(expected.data[i]);
    difference += (Number(actual.data[i]) - e) ** 2;
    size += e ** 2;
  }
  return Math.sqrt(difference) / Math.max(Math.sqrt(size), 1e-12);
}

export const targetText = ({
  output,
  index,
}: {
  readonly output: string;
  readonly index: readonly number[];
}): string => (index.length > 0 ? `${output}[${index.join(',')}]` : `sum(${output})`);
