/** An Einsum's labels, one letter an axis; an ellipsis is spelt out. */
export interface Equation {
  readonly operands: readonly string[];
  readonly output: string;
}

const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** The first letters that the text does not hold. */
export const unused = (text: string, count: number): string =>
  letters
    .filter((l) => !text.includes(l))
    .slice(0, count)
    .join('');

/**
 * Reads ONNX Einsum's `equation`.
 * @param rank of operand i; asked only where its term has an ellipsis
 */
export function readEquation(text: string, rank: (i: number) => number): Equation {
  const [left, right] = text.replace(/\s/g, '').split('->');
  const terms = left.split(',');
  // Axes that the ellipsis stands for, right-aligned among the operands.
  const hidden = terms.map((t, i) => (t.includes('...') ? rank(i) - (t.length - 3) : 0));
  const batch = unused(left + (right ?? ''), Math.max(0, ...hidden));
  const spell = (t: string, n: number) => t.replace('...', batch.slice(batch.length - n));
  return {
    operands: terms.map((t, i) => spell(t, hidden[i])),
    output: spell(right ?? implicit(terms), batch.length),
  };
}

/** Without "->": the labels that appear once, in alphabetical order, behind the ellipsis. */
function implicit(terms: readonly string[]): string {
  const all = terms.join('').replaceAll('.', '');
  const once = [...all].filter((l) => all.indexOf(l) === all.lastIndexOf(l)).sort();
  return (terms.some((t) => t.includes('...')) ? '...' : '') + once.join('');
}
