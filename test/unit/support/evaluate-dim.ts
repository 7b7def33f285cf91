import type { Dim } from '../../../src/onnx/graph/dims';

/** The number that a symbolic size stands for; undefined where it contains what only a run tells. */
export function evaluateDim(d: Dim, sizes: Readonly<Record<string, number>>): number | undefined {
  if (typeof d === 'number') return d;
  let at = 0;
  const skip = (text: string) => (d.startsWith(text, at) ? ((at += text.length), true) : false);

  function factor(): number {
    if (skip('(+')) {
      let sum = product();
      while (skip(' + ')) sum += product();
      at++;
      return sum;
    }
    if (skip('(')) {
      const a = product();
      at++;
      const b = product();
      at++;
      return Math.trunc(a / b);
    }
    const [word] = /^[^*()+/,\s]+/.exec(d.toString().slice(at)) ?? [''];
    at += word.length;
    if (/^-?\d+$/.test(word)) return Number(word);
    if (word.startsWith('$')) return sizes[word.slice(1)] ?? NaN;
    const args: number[] = [];
    do {
      at++;
      args.push(product());
    } while (d.toString()[at] === ',');
    at++;
    if (word === 'max' || word === 'broadcast') return Math.max(...args);
    if (word === 'min') return Math.min(...args);
    return word === 'mod' ? args[0] % args[1] : NaN;
  }

  function product(): number {
    let p = factor();
    while (skip('*')) p *= factor();
    return p;
  }

  const value = product();
  if (at !== d.length) throw new Error(`"${d}" ends at ${at}.`);
  return Number.isNaN(value) ? undefined : value + 0;
}
