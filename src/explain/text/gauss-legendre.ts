/** Places in 0 … 1 and their weights, which sum to 1. */
export interface Quadrature {
  readonly places: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Gauss–Legendre quadrature of n points: exact for polynomials of degree 2n − 1. The roots of P_n by Newton's method from Tricomi's estimate, weights
 * 2 / ((1 − x²) · P′_n(x)²), mapped from −1 … 1.
 */
export function gaussLegendre(n: number): Quadrature {
  const places = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    for (let step = 0; step < 20; step++) {
      let [last, value] = [1, x];
      for (let k = 2; k <= n; k++) [last, value] = [value, ((2 * k - 1) * x * value - (k - 1) * last) / k];
      slope = (n * (last - x * value)) / (1 - x * x);
      const correction = value / slope;
      x -= correction;
      if (Math.abs(correction) < 1e-15) break;
    }
    places[i] = (x + 1) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { places, weights };
}
