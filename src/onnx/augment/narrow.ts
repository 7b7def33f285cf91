import { Builder } from '../graph/builder';
import type { Dim, Shape } from '../graph/dims';
import type { Graph, Node, Value } from '../graph/graph';
import type { QueryRow, QueryRows } from './query-rows';
import { rowAxes } from './row-wise';

/**
 * Classifiers and CLIP read one token of the last layer. What works row by row before that (MLP, normalisation, projections, and the
 * last attention itself, whose queries do not see each other) is here computed for that row alone, and so is its backward graph: K·T rows
 * become K. Exact: the rows do not depend on each other. An attention that is wanted as a whole is computed as a whole besides.
 * @param attentions probabilities whose gradient is wanted: they may be bypassed by one of their queries
 * @param stops other values whose gradient is wanted: nothing may bypass them
 * @returns the queries that bypass their attention
 */
export function narrowReadOuts(graph: Graph, attentions: ReadonlySet<Value>, stops: ReadonlySet<Value>): QueryRows {
  const rows = new Map<Value, QueryRow[]>();
  const mayNarrow = (v: Value, axis: number) => !stops.has(v) && (!attentions.has(v) || axis + 2 === v.rank);
  for (const node of [...graph.nodes]) {
    const pick = pickOf(node);
    if (!pick) continue;
    for (const [whole, value] of narrow(graph, node, pick, mayNarrow))
      if (attentions.has(whole)) rows.set(whole, [...(rows.get(whole) ?? []), { value, index: pick.index }]);
  }
  return rows;
}

type MayNarrow = (v: Value, axis: number) => boolean;

/** One row of x: x[…, index, …], the axis dropped. */
interface Pick {
  readonly x: Value;
  readonly axis: number;
  readonly index: number;
}

function pickOf(node: Node): Pick | undefined {
  const [x, indices] = node.inputs;
  if (node.type !== 'Gather' || !x?.rank || indices?.rank !== 0 || x.tensor) return undefined;
  const index = indices.numbers?.[0];
  const axis = (node.int('axis', 0) + x.rank) % x.rank;
  return index === undefined || axis === 0 || axis === x.rank - 1 ? undefined : { x, axis, index };
}

/** @returns what was narrowed, with its row */
function narrow(graph: Graph, root: Node, { x, axis, index }: Pick, mayNarrow: MayNarrow): Map<Value, Value> {
  const cone = coneOf(graph, root, x, axis, mayNarrow);
  if (cone.size === 0) return new Map();

  // One row of every value of the cone, in execution order. What lies at its edge is sliced.
  const nodes: Node[] = [];
  const g = new Builder(graph, nodes, 'read-out');
  const narrowed = new Map<Value, Value>();
  const rowOf = (v: Value, along: number): Value => {
    let row = narrowed.get(v);
    if (!row) narrowed.set(v, (row = g.slice(v, along, index, index === -1 ? Number.MAX_SAFE_INTEGER : index + 1)));
    return row;
  };
  for (const node of graph.nodes) {
    const out = node.outputs[0];
    const at = out && cone.get(out);
    if (out && at !== undefined) {
      const axes = rowAxes(node, at) ?? [];
      const inputs = node.inputs.map((v, i) => (v && axes[i] !== undefined ? rowOf(v, axes[i]) : v));
      narrowed.set(
        out,
        node.op === 'Reshape'
          ? reshaped(g, inputs[0] as Value, out.shape as Shape, at)
          : g.op(node.op, inputs, node.attributes, node.domain),
      );
    }
    if (node !== root) {
      nodes.push(node);
      continue;
    }
    const picked = g.squeeze(rowOf(x, axis), [axis]);
    const old = root.outputs[0] as Value;
    graph.replace(old, graph.outputs.includes(old) ? g.identity(picked) : picked);
  }
  graph.nodes = nodes;
  graph.removeAll(new Set([root]));
  return new Map([...narrowed].filter(([whole]) => cone.has(whole)));
}

/**
 * The values, with the axis of the row in each, of which nobody but the cone itself needs the other rows. A graph output is handed
 * out whole besides; that costs one row twice.
 */
function coneOf(graph: Graph, root: Node, x: Value, axis: number, mayNarrow: MayNarrow): Map<Value, number> {
  const asked = new Map<Value, { axis: number; by: Set<Node> }>([[x, { axis, by: new Set([root]) }]]);
  const cone = new Map<Value, number>();
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i];
    const out = node.outputs[0];
    const request = out && asked.get(out);
    if (!out || !request || !mayNarrow(out, request.axis) || node.outputs.length > 1) continue;
    if (![...out.consumers].every((c) => request.by.has(c))) continue;
    const axes = rowAxes(node, request.axis);
    if (!axes) continue;
    cone.set(out, request.axis);
    node.inputs.forEach((v, k) => {
      const along = axes[k];
      if (!v || along === undefined) return;
      const known = asked.get(v);
      if (!known) asked.set(v, { axis: along, by: new Set([node]) });
      else if (known.axis === along) known.by.add(node);
    });
  }
  return cone;
}

/** The shape of the whole with 1 in place of the row's axis. */
function reshaped(g: Builder, row: Value, whole: Shape, axis: number): Value {
  const shape = whole.map((d, i): Dim => (i === axis ? 1 : d));
  return g.reshape(
    row,
    shape.map((d) => (typeof d === 'number' ? d : -1)),
  );
}
