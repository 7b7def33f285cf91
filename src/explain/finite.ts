import type { TensorMap } from '../shared/tensor';

/**
 * What to tell where float32 results hold NaN. Infinities are not told: a masked logit may be −∞.
 * @param named the results, by names that the reader knows; `undefined` entries are left out
 */
export function nanWarnings(named: Readonly<Partial<TensorMap>>): string[] {
  const [first, ...others] = Object.entries(named).flatMap(([name, t]) =>
    t?.dtype === 'float32' && hasNaN(t.data as Float32Array) ? [name] : [],
  );
  if (first === undefined) return [];
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return [
    `NaN (not a number) in ${first}${more}: for this input the model overflows or divides by zero. What is computed from it says nothing.`,
  ];
}

function hasNaN(data: Float32Array): boolean {
  for (let i = 0; i < data.length; i++) if (data[i] !== data[i]) return true;
  return false;
}
