/**
 * Sizes of axes, known or symbolic. A symbol is a canonical monomial such as `12*batch*sequence`, or a sum of such, `(+1 + past)`;
 * whatever is neither becomes one opaque atom, so that equal text means equal size.
 */
export type Dim = number | string;
export type Shape = readonly Dim[];

interface Monomial {
  readonly coefficient: number;
  /** Sorted, with repetition. */
  readonly atoms: readonly string[];
}

/** A model has few different sizes and asks for them at every node. */
const parsed = new Map<string, Monomial>();

function parse(d: Dim): Monomial {
  if (typeof d === 'number') return { coefficient: d, atoms: [] };
  let monomial = parsed.get(d);
  if (!monomial) {
    if (parsed.size > 10_000) parsed.clear();
    parsed.set(d, (monomial = monomialOf(d)));
  }
  return monomial;
}

function monomialOf(d: string): Monomial {
  if (isSum(d)) return factored(d);
  const parts = splitTop(d, '*');
  const head = Number(parts[0]);
  return Number.isInteger(head) ? { coefficient: head, atoms: parts.slice(1) } : { coefficient: 1, atoms: parts };
}

/** 2a + 2b as 2·(a + b), so that products with it and quotients by it have one text. */
function factored(sum: string): Monomial {
  const all = terms(sum);
  const [first] = all.values();
  const divisor = [...all.values()].reduce(gcd) * Math.sign(first);
  if (divisor === 1) return { coefficient: 1, atoms: [sum] };
  const reduced = printTerms(new Map([...all].map(([atoms, c]) => [atoms, c / divisor])));
  return { coefficient: divisor, atoms: [String(reduced)] };
}

const gcd = (a: number, b: number): number => (b === 0 ? Math.abs(a) : gcd(b, a % b));

/** Splits where the separator stands outside brackets. */
function splitTop(text: string, separator: string): string[] {
  if (!text.includes(separator)) return [text];
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (depth === 0 && text.startsWith(separator, i)) {
      parts.push(text.slice(from, i));
      from = i + separator.length;
      i = from - 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

const print = ({ coefficient, atoms }: Monomial): Dim => {
  if (coefficient === 0 || atoms.length === 0) return coefficient + 0; // −0 is 0
  // 2·(a + b) has one canonical text, that of 2a + 2b.
  if (coefficient !== 1 && atoms.length === 1 && isSum(atoms[0]))
    return printTerms(new Map([...terms(atoms[0])].map(([atom, c]) => [atom, c * coefficient])));
  return (coefficient === 1 ? [] : [String(coefficient)]).concat(atoms).join('*');
};

/** An atom for a name that the model gives; characters that mean something here are escaped, so that different names stay different. */
export const symbol = (name: string): Dim =>
  /^[\w.:~]+$/.test(name)
    ? `$${name}`
    : `$${name.replace(/[^\p{L}\p{N}_.:~]/gu, (c) => `%${c.codePointAt(0)?.toString(16)};`)}`;

/** The name that a symbol stands for; undefined for a size that is computed. */
export const nameOf = (d: string): string | undefined =>
  /^\$[^*()]*$/.test(d)
    ? d.slice(1).replace(/%([0-9a-f]+);/g, (_, code: string) => String.fromCodePoint(parseInt(code, 16)))
    : undefined;

/** The same size under symbols of another model: `$batch` → `$text.batch`. */
export const scoped = (d: Dim, scope: string): Dim => (typeof d === 'number' ? d : d.replace(/\$/g, `$${scope}.`));

export const multiply = (a: Dim, b: Dim): Dim => {
  if (typeof a === 'number' && typeof b === 'number') return a * b + 0;
  if (a === 1) return b;
  if (b === 1) return a;
  const x = parse(a);
  const y = parse(b);
  return print({ coefficient: x.coefficient * y.coefficient, atoms: [...x.atoms, ...y.atoms].sort() });
};

export const product = (dims: readonly Dim[]): Dim => dims.reduce<Dim>(multiply, 1);

/** a / b where it divides exactly, else undefined. */
export function divideExactly(a: Dim, b: Dim): Dim | undefined {
  const x = parse(a);
  const y = parse(b);
  if (y.coefficient === 0) return undefined;
  const atoms = [...x.atoms];
  const whole = y.atoms.every((atom) => {
    const at = atoms.indexOf(atom);
    if (at >= 0) atoms.splice(at, 1);
    return at >= 0;
  });
  if (whole && x.coefficient % y.coefficient === 0) return print({ coefficient: x.coefficient / y.coefficient, atoms });
  if (typeof a === 'number' || !isSum(a)) return undefined;
  const parts = summands(a).map((term) => divideExactly(term, b));
  return parts.includes(undefined) ? undefined : (parts as Dim[]).reduce(add);
}

/** Integer division that truncates toward zero, as ONNX Div does on integers. */
export function divide(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return Math.trunc(a / b) + 0;
  return (
    divideExactly(a, b) ?? (typeof a === 'string' && typeof b === 'number' && b > 0 ? quotient(a, b) : `(${a}/${b})`)
  );
}

/**
 * ⌊a / n⌋ in one canonical text, so that a size that PyTorch computes and the one that a stack of strided convolutions has are equal:
 * multiples of n come out, ⌊(n·k + r) / n⌋ = k + ⌊r / n⌋ with a constant 0 ≤ c < n in r, and ⌊(⌊p / m⌋ + c) / n⌋ = ⌊(p + c·m) / (m·n)⌋.
 */
function quotient(a: string, n: number): Dim {
  const all = terms(a);
  const c = all.get('') ?? 0;
  const symbolic = new Map([...all].filter(([atoms]) => atoms !== ''));
  if (!isNonNegative(printTerms(symbolic))) return `(${a}/${n})`; // Truncation is not ⌊ ⌋ below zero.
  const [[first, coefficient]] = symbolic;
  const inner = symbolic.size === 1 && coefficient === 1 ? /^\((.*)\/(\d+)\)$/.exec(first) : null;
  if (inner && splitTop(first, '*').length === 1)
    return divide(add(read(inner[1]), c * Number(inner[2])), n * Number(inner[2]));
  const whole = new Map([...symbolic].filter(([, k]) => k % n === 0));
  const rest = new Map([...symbolic].filter(([, k]) => k % n !== 0));
  const constant = ((c % n) + n) % n;
  const out = add(printTerms(new Map([...whole].map(([atoms, k]) => [atoms, k / n]))), (c - constant) / n);
  return rest.size === 0 ? out : add(`(${add(printTerms(rest), constant)}/${n})`, out);
}

const read = (text: string): Dim => (/^-?\d+$/.test(text) ? Number(text) : text);

export const add = (a: Dim, b: Dim): Dim => {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (a === 0) return b;
  if (b === 0) return a;
  // x + c − c: shape arithmetic of sliced caches comes back to where it began.
  const [x, y] = [terms(a), terms(b)];
  for (const [k, v] of y) x.set(k, (x.get(k) ?? 0) + v);
  return printTerms(x);
};

export const negate = (a: Dim): Dim => multiply(-1, a);
export const subtract = (a: Dim, b: Dim): Dim => add(a, negate(b));

const isSum = (text: string): boolean => text.startsWith('(+') && splitTop(text, '*').length === 1;
const summands = (sum: string): Dim[] => splitTop(sum.slice(2, -1), ' + ').map(read);

/** A sum as coefficients of its monomials; '' is the constant. */
function terms(d: Dim): Map<string, number> {
  const monomials = (typeof d === 'string' && isSum(d) ? summands(d) : [d]).map(parse);
  return new Map(monomials.map(({ coefficient, atoms }) => [atoms.join('*'), coefficient]));
}

function printTerms(map: ReadonlyMap<string, number>): Dim {
  const monomials = [...map]
    .filter(([, coefficient]) => coefficient !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([atoms, coefficient]) => print({ coefficient, atoms: atoms === '' ? [] : splitTop(atoms, '*') }));
  if (monomials.length === 0) return 0;
  return monomials.length === 1 ? monomials[0] : `(+${monomials.join(' + ')})`;
}

/** An opaque but deterministic size: the same function of the same sizes is the same symbol. */
export const opaque = (name: string, ...args: readonly Dim[]): Dim => `${name}(${args.join(',')})`;

/** An integer that the file does not tell (an element of a computed tensor): unlike a size, it may be negative. */
export const unknownInteger = (tensor: string, index: number): Dim => opaque('value', symbol(tensor), index);

/** Sizes are; whatever was subtracted or read from data may not be. */
export const isNonNegative = (d: Dim): boolean => (typeof d === 'number' ? d >= 0 : !/-|value\(/.test(d));
export const isPositive = (d: Dim): boolean =>
  typeof d === 'number' ? d > 0 : isNonNegative(d) && (terms(d).get('') ?? 0) > 0;

/** −1, 0, 1 where the order of a and b is certain for all sizes. */
export function compare(a: Dim, b: Dim): number | undefined {
  const d = subtract(a, b);
  if (typeof d === 'number') return Math.sign(d);
  return isPositive(d) ? 1 : isPositive(negate(d)) ? -1 : undefined;
}

export const isStatic = (shape: Shape): shape is readonly number[] => shape.every((d) => typeof d === 'number');

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => d === b[i]);

/** One axis of a broadcast; undefined where two different symbols meet (either may be 1). */
function broadcastDim(a: Dim, b: Dim): Dim | undefined {
  if (a === b || b === 1) return a;
  if (a === 1) return b;
  // A known size that is not 1 wins over a symbol, which must then be equal or 1.
  if (typeof a === 'number' && typeof b === 'string') return a;
  if (typeof b === 'number' && typeof a === 'string') return b;
  return undefined;
}

/** NumPy's rule, right-aligned. A pair of different symbols gives an opaque size. */
export function broadcast(a: Shape, b: Shape): Shape {
  if (b.length === 0 || sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    return broadcastDim(x, y) ?? opaqueBroadcast(x, y);
  });
}

/** Broadcasting is associative, commutative and idempotent; so is its text. */
function opaqueBroadcast(a: Dim, b: Dim): Dim {
  const of = (d: Dim) => {
    const inner = typeof d === 'string' ? /^broadcast\((.*)\)$/.exec(d) : null;
    return inner && splitTop(String(d), '*').length === 1 ? splitTop(inner[1], ',') : [String(d)];
  };
  return opaque('broadcast', ...new Set([...of(a), ...of(b)].sort()));
}
