import { BadFile } from '../../shared/errors';
import type { Graph, Node, Value } from '../graph/graph';
import { isBody } from '../graph/graph';

/**
 * Puts the nodes into execution order, as ONNX Runtime does for files that are not; what is in order stays as it is.
 * @throws BadFile where values are made of each other in a circle
 */
export function sortNodes(graph: Graph): void {
  if (isSorted(graph)) return;
  const reads = new Map(graph.nodes.map((node) => [node, producersOf(graph, node)]));
  const sorted: Node[] = [];
  const state = new Map<Node, 'open' | 'done'>();
  for (const root of graph.nodes) {
    const stack = state.has(root) ? [] : [root];
    for (let node; (node = stack.at(-1));) {
      if (state.get(node) === undefined) {
        state.set(node, 'open');
        for (const before of reads.get(node) ?? []) {
          if (state.get(before) === 'open')
            throw new BadFile(
              `The node "${node.name}" (${node.type}) needs its own result, by way of "${before.name}". The file is damaged; export it again.`,
            );
          if (state.get(before) === undefined) stack.push(before);
        }
      } else {
        stack.pop();
        if (state.get(node) === 'open') sorted.push(node);
        state.set(node, 'done');
      }
    }
  }
  graph.nodes = sorted;
}

function isSorted(graph: Graph): boolean {
  const seen = new Set<Node>();
  for (const node of graph.nodes) {
    for (const v of node.inputs) if (v?.producer && !seen.has(v.producer)) return false;
    for (const v of readInside(graph, node)) if (v.producer && !seen.has(v.producer)) return false;
    seen.add(node);
  }
  return true;
}

/** The nodes of the graph that a node waits for, be it for the sake of its bodies. */
const producersOf = (graph: Graph, node: Node): Node[] =>
  [...node.inputs, ...readInside(graph, node)].flatMap((v) => v?.producer ?? []);

/** Values of the graph that the node's bodies read. */
const readInside = (graph: Graph, node: Node): Value[] =>
  bodiesOf(node).flatMap((body) => [...freeNames(body)].flatMap((name) => graph.values.get(name) ?? []));

const none: readonly Graph[] = [];

function bodiesOf({ attributes }: Node): readonly Graph[] {
  let bodies = none;
  for (const name in attributes) {
    const a = attributes[name];
    if (isBody(a)) bodies = [...bodies, a.body];
  }
  return bodies;
}

/** Names that a body reads and does not make: they mean values around it. */
function freeNames(body: Graph): Set<string> {
  const own = (v: Value | undefined) => v !== undefined && (v.producer !== undefined || v.tensor !== undefined);
  const free = new Set<string>();
  const read = (name: string) => {
    const v = body.values.get(name);
    if (!own(v) && !(v && body.inputs.includes(v))) free.add(name);
  };
  for (const node of body.nodes) {
    for (const v of node.inputs) if (v) read(v.name);
    for (const inner of bodiesOf(node)) for (const name of freeNames(inner)) read(name);
  }
  for (const v of body.outputs) read(v.name);
  return free;
}
