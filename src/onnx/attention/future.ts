import type { Node, Value } from '../graph/graph';
import { numbersOf } from '../graph/tensor';

/** Whether a node cuts a triangle out of something: by Trilu, by comparing positions with positions, or with a stored mask. */
export function masksTheFuture(node: Node): boolean {
  if (node.type === 'Trilu') return true;
  if (readsMasks.has(node.type)) return node.inputs.some((v) => v !== undefined && isTriangle(v));
  if (!['LessOrEqual', 'GreaterOrEqual', 'Less', 'Greater'].includes(node.type)) return false;
  return node.inputs.every(
    (v) => v !== undefined && v.dtype !== 'float32' && v.dtype !== undefined && madeOfPositions(v),
  );
}

const readsMasks: ReadonlySet<string> = new Set(['Where', 'Slice', 'And', 'Or', 'Not', 'Add', 'Cast', 'Expand']);

/** Longer masks are not read: it would take as long as opening the model. */
const readable = 256;

/**
 * A stored mask […, 1, n, n]: bool or uint8 as GPT-2 keeps it, or what an exporter has folded: of two values, one above the diagonal
 * throughout and the other on it. As many rows as columns, more than one.
 */
function isTriangle(v: Value): boolean {
  const n = v.shape?.at(-1);
  if (!v.tensor || typeof n !== 'number' || n < 2 || v.shape?.at(-2) !== n) return false;
  if (v.shape.slice(0, -2).some((d) => d !== 1)) return false;
  if (v.dtype !== 'bool' && v.dtype !== 'uint8' && v.dtype !== 'float32') return false;
  const numbers = n <= readable ? numbersOf(v.tensor) : undefined;
  if (!numbers) return v.dtype !== 'float32'; // Large, or stored elsewhere: its type has to do.
  const [open, hidden] = [numbers[0], numbers[1]];
  if (open === hidden || (v.dtype === 'float32' && !(open === 0 && hidden < -1e3))) return false;
  for (let q = 0; q < n; q++) {
    if (numbers[q * n + q] !== open) return false;
    for (let k = q + 1; k < n; k++) if (numbers[q * n + k] !== hidden) return false;
  }
  return true;
}

function madeOfPositions(value: Value): boolean {
  let v: Value | undefined = value;
  for (let i = 0; v && i < 8; i++) {
    const node: Node | undefined = v.producer;
    if (!node) return v.tensor !== undefined && (v.shape?.reduce<number>((n, d) => n * Number(d), 1) ?? 0) > 1;
    if (node.type === 'Range' || node.type === 'CumSum') return true;
    v = node.inputs[0];
  }
  return false;
}
