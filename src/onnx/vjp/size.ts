import type { Builder } from '../graph/builder';
import type { Dim } from '../graph/dims';
import { add, compare, multiply, subtract } from '../graph/dims';
import type { Value } from '../graph/graph';

/**
 * The size of an axis or a place on it: what is known of it now, maybe symbolic, and how the run computes it (int64 [1]).
 * Arithmetic makes nodes only where the result is no number.
 */
export interface Size {
  readonly dim: Dim | undefined;
  value(): Value;
}

export function size(g: Builder, dim: Dim | undefined, make: () => Value): Size {
  let made: Value | undefined;
  return { dim, value: () => (made ??= typeof dim === 'number' ? g.ints([dim]) : make()) };
}

export const fixed = (g: Builder, n: number): Size => size(g, n, () => g.ints([n]));

export const sizeOf = (g: Builder, v: Value, axis: number): Size =>
  size(g, v.shape?.at(axis), () => g.shapePart(v, axis, axis === -1 ? undefined : axis + 1));

/** Sizes of the axes from `from` on; the rank must be known. */
export const sizesOf = (g: Builder, v: Value, from = 0, to = v.rank ?? 0): Size[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => sizeOf(g, v, from + i));

const both = (a: Size, b: Size, f: (a: Dim, b: Dim) => Dim): Dim | undefined =>
  a.dim === undefined || b.dim === undefined ? undefined : f(a.dim, b.dim);

export function plus(g: Builder, a: Size, b: Size): Size {
  if (a.dim === 0) return b;
  if (b.dim === 0) return a;
  return size(g, both(a, b, add), () => g.add(a.value(), b.value()));
}

export const minus = (g: Builder, a: Size, b: Size): Size =>
  b.dim === 0 ? a : size(g, both(a, b, subtract), () => g.sub(a.value(), b.value()));

export function times(g: Builder, a: Size, b: Size): Size {
  if (a.dim === 1) return b;
  if (b.dim === 1) return a;
  return size(g, both(a, b, multiply), () => g.mul(a.value(), b.value()));
}

export const sum = (g: Builder, sizes: readonly Size[]): Size => sizes.reduce((a, b) => plus(g, a, b), fixed(g, 0));
export const product = (g: Builder, sizes: readonly Size[]): Size =>
  sizes.reduce((a, b) => times(g, a, b), fixed(g, 1));

const order = (a: Size, b: Size): number | undefined =>
  a.dim === undefined || b.dim === undefined ? undefined : compare(a.dim, b.dim);

export function smaller(g: Builder, a: Size, b: Size): Size {
  const o = order(a, b);
  if (o !== undefined) return o <= 0 ? a : b;
  return size(g, undefined, () => g.op('Min', [a.value(), b.value()]));
}

export function larger(g: Builder, a: Size, b: Size): Size {
  const o = order(a, b);
  if (o !== undefined) return o >= 0 ? a : b;
  return size(g, undefined, () => g.op('Max', [a.value(), b.value()]));
}

/** A place as ONNX counts it: negative ones are counted from the end of an axis of n. */
export function fromStart(g: Builder, place: Size, n: Size): Size {
  const sign = order(place, fixed(g, 0));
  if (sign !== undefined && sign >= 0) return place;
  if (sign !== undefined || (typeof place.dim === 'number' && place.dim < 0)) return plus(g, place, n);
  return size(g, undefined, () => {
    const at = place.value();
    return g.where(g.less(at, g.ints([0])), g.add(at, n.value()), at);
  });
}

/** int64 [n] */
export function list(g: Builder, sizes: readonly Size[]): Value {
  const numbers = sizes.flatMap((s) => (typeof s.dim === 'number' ? [s.dim] : []));
  if (numbers.length === sizes.length) return g.ints(numbers);
  return g.concat(
    sizes.map((s) => s.value()),
    0,
  );
}

/** Reshape to the given sizes; one that is unknown is left to the run, more are computed. */
export function reshapeTo(g: Builder, v: Value, sizes: readonly Size[]): Value {
  const same = (s: Size, i: number) => s.dim !== undefined && s.dim === v.shape?.[i];
  if (v.shape?.length === sizes.length && sizes.every(same)) return v;
  const kept = sizes.findIndex((s, i) => typeof s.dim !== 'string' || s.dim !== v.shape?.[i]);
  const shape = sizes.map((s, i) => (typeof s.dim === 'number' ? s.dim : i < kept ? 0 : -1));
  const plain = shape.filter((d) => d === -1).length <= 1 && !sizes.some((s) => s.dim === 0) && kept >= 0;
  if (plain) return g.reshape(v, shape);
  return g.op('Reshape', [v, list(g, sizes)], { allowzero: 1 });
}
