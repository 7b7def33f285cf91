import type { Attention } from '../attention/site';
import type { Builder } from '../graph/builder';
import type { Value } from '../graph/graph';
import { place } from '../vjp/place';
import type { Size } from '../vjp/size';
import { fixed, fromStart, minus, size, sizeOf } from '../vjp/size';
import type { Reduction } from './reduce';
import { reduceAttention, standardGradient, standardLayout } from './reduce';

/** One query of an attention, computed by itself since nobody reads the other queries of its layer. */
export interface QueryRow {
  /** A[…, index, :] with the axis kept: [batch, heads, 1, keys], or as the file lays heads out. */
  readonly value: Value;
  /** Of the query; negative ones count from the end. */
  readonly index: number;
}

/** A → its queries that stand in for it on the way to the model's outputs. */
export type QueryRows = ReadonlyMap<Value, readonly QueryRow[]>;

/** Cotangents of A, as a whole and of its queries that were narrowed to. */
export class AttentionCotangents {
  constructor(
    private readonly g: Builder,
    private readonly rows: QueryRows,
    private readonly cotangents: ReadonlyMap<Value, Value>,
  ) {}

  /** ∇A [K, batch, heads, queries, keys], or undefined where no target depends on A. */
  gradient(attention: Attention): Value | undefined {
    const { g, cotangents } = this;
    const x̄ = cotangents.get(attention.probabilities);
    const parts = x̄ ? [standardGradient(g, attention, x̄)] : [];
    for (const row of this.rowsOf(attention)) {
      const ofRow = cotangents.get(row.value);
      if (ofRow) parts.push(placed(g, attention, row, standardGradient(g, alone(attention, row), ofRow)));
    }
    return parts.length > 0 ? parts.reduce((a, b) => g.add(a, b)) : undefined;
  }

  /** `reduceAttention` [K, batch, queries, keys], or undefined. Where one query alone has a gradient, it alone is reduced. */
  reduced(attention: Attention, how: Reduction): Value | undefined {
    const { g, cotangents } = this;
    const [row, ...others] = this.rowsOf(attention);
    const ofRow = row && cotangents.get(row.value);
    // Grad-CAM's weights are means over all queries.
    if (ofRow && others.length === 0 && how !== 'grad-cam' && !cotangents.has(attention.probabilities)) {
      const one = alone(attention, row);
      return placed(
        g,
        attention,
        row,
        reduceAttention(g, standardLayout(g, one), standardGradient(g, one, ofRow), how),
      );
    }
    const gradient = this.gradient(attention);
    return gradient && reduceAttention(g, standardLayout(g, attention), gradient, how);
  }

  private rowsOf = (attention: Attention): readonly QueryRow[] => this.rows.get(attention.probabilities) ?? [];
}

const alone = (attention: Attention, row: QueryRow): Attention => ({ ...attention, probabilities: row.value });

/** […, 1, keys] → […, queries, keys], zero in the other rows. */
function placed(g: Builder, attention: Attention, { value, index }: QueryRow, x̄: Value): Value {
  const queries = queriesOf(g, attention.probabilities, value);
  const before = fromStart(g, fixed(g, index), queries);
  return place(g, x̄, [{ axis: -2, before, after: minus(g, minus(g, queries, before), fixed(g, 1)) }]);
}

/** In self-attention the row tells it too: the whole of A need not be computed for its size. */
function queriesOf(g: Builder, whole: Value, row: Value): Size {
  const [queries, keys] = whole.shape?.slice(-2) ?? [];
  return queries !== undefined && queries === keys
    ? size(g, queries, () => sizeOf(g, row, -1).value())
    : sizeOf(g, whole, -2);
}
