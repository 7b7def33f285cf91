import { UnsupportedModel } from '../shared/errors';
import type { Value } from './graph';
import { Graph, isBody, Node } from './graph';
import { inferNode } from './shapes/infer';

/** Values of boolean graph inputs that choose a branch, such as `use_cache_branch` of transformers.js' merged decoders. */
export type Conditions = Readonly<Record<string, boolean>>;

const refused: Readonly<Record<string, string>> = {
  Loop: 'a loop has no fixed graph',
  Scan: 'a scan has no fixed graph',
};

/**
 * Infers shapes in execution order and puts the chosen branch in place of each If whose condition is constant, follows from shapes,
 * or is a graph input with a given value.
 * @throws UnsupportedModel for Loop, Scan, and an If whose condition depends on data
 */
export function inlineConditionals(graph: Graph, conditions: Conditions): void {
  const pending = graph.nodes;
  graph.nodes = [];
  place(graph, pending, conditions);
  const chosen = graph.inputs.filter(
    (v) => v.dtype === 'bool' && conditions[v.name] !== undefined && v.consumers.size === 0,
  );
  for (const v of chosen) graph.inputs.splice(graph.inputs.indexOf(v), 1);
}

function place(graph: Graph, nodes: readonly Node[], conditions: Conditions): void {
  for (const node of nodes) {
    const why = refused[node.type];
    if (why)
      throw new UnsupportedModel(
        `Node "${node.name}" is a ${node.op}: ${why} that could be traced. Export the model without it.`,
      );
    if (node.type !== 'If') {
      graph.nodes.push(node);
      inferNode(node, graph.opset);
      continue;
    }
    const branch = chosenBranch(graph, node, conditions);
    for (const v of node.inputs) v?.consumers.delete(node);
    for (const v of node.outputs) if (v) v.producer = undefined;
    inlineBody(graph, node, branch, conditions);
  }
}

function chosenBranch(graph: Graph, node: Node, conditions: Conditions): Graph {
  const condition = node.inputs[0];
  const known = condition && (conditionOf(condition, graph, conditions) ?? condition.numbers?.[0]);
  if (known === undefined)
    throw new UnsupportedModel(
      `Node "${node.name}" is an If whose condition "${condition?.name ?? ''}" depends on data, so its graph is not fixed. ` +
        `Export the model without control flow${graph.inputs.some((v) => v.dtype === 'bool') ? ', or give its boolean input a value' : ''}.`,
    );
  const body = node.attributes[known ? 'then_branch' : 'else_branch'];
  if (!isBody(body))
    throw new UnsupportedModel(
      `Node "${node.name}" is an If without ${known ? 'a then' : 'an else'} branch. Export the model again.`,
    );
  return body.body;
}

/** Follows Not, Identity, Cast, Squeeze … back to a graph input of known value. */
function conditionOf(value: Value, graph: Graph, conditions: Conditions): number | undefined {
  if (graph.inputs.includes(value)) {
    const given = conditions[value.name];
    return given === undefined ? undefined : Number(given);
  }
  const node = value.producer;
  const input = node?.inputs[0];
  if (!node || !input) return undefined;
  if (node.type === 'Not') {
    const inner = conditionOf(input, graph, conditions);
    return inner === undefined ? undefined : 1 - inner;
  }
  return ['Identity', 'Cast', 'Squeeze', 'Unsqueeze', 'Reshape', 'Gather'].includes(node.type)
    ? conditionOf(input, graph, conditions)
    : undefined;
}

/** The branch's own values get new names: both branches may use the same ones. Its free names are values of the graph around it. */
function inlineBody(graph: Graph, node: Node, body: Graph, conditions: Conditions): void {
  const own = new Set<Value>();
  for (const n of body.nodes) for (const v of n.outputs) if (v) own.add(v);
  const moved = new Map<Value, Value>();
  const outer = (v: Value | undefined): Value | undefined => {
    if (!v) return undefined;
    let there = moved.get(v);
    if (!there) {
      there = own.has(v) || v.tensor ? graph.newValue(`${node.name}/${v.name}`) : graph.value(v.name);
      if (own.has(v) || v.tensor) Object.assign(there, { tensor: v.tensor, dtype: v.dtype, shape: v.shape });
      moved.set(v, there);
    }
    return there;
  };
  body.outputs.forEach((v, i) => {
    const out = node.outputs[i];
    if (out && own.has(v) && !moved.has(v)) moved.set(v, out);
  });
  const nodes = body.nodes.map((n) => renamed(n, node, body, outer));
  for (const n of nodes) graph.connect(n);
  place(graph, nodes, conditions);
  body.outputs.forEach((v, i) => {
    const out = node.outputs[i];
    if (!out || moved.get(v) === out) return;
    const identity = graph.connect(new Node('Identity', '', `${node.name}/${out.name}`, [outer(v)], [out], {}));
    graph.nodes.push(identity);
    inferNode(identity, graph.opset);
  });
}

/** A nested If keeps its bodies; their free names of the enclosing body must follow its renaming. */
function renamed(n: Node, parent: Node, body: Graph, outer: (v: Value | undefined) => Value | undefined): Node {
  for (const a of Object.values(n.attributes)) {
    if (!isBody(a)) continue;
    const own = new Set(a.body.nodes.flatMap((m) => m.outputs));
    for (const v of a.body.values.values()) {
      if (own.has(v) || v.tensor) continue;
      const there = body.values.has(v.name) ? outer(body.values.get(v.name)) : undefined;
      if (there && there.name !== v.name) a.body.rename(v, there.name);
    }
  }
  return new Node(n.op, n.domain, `${parent.name}/${n.name}`, n.inputs.map(outer), n.outputs.map(outer), n.attributes);
}
