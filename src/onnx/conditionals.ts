import { BadFile, UnsupportedModel } from '../shared/errors';
import type { Graph, Value } from './graph/graph';
import { isBody, Node } from './graph/graph';
import { inferNode } from './shapes/infer';
import { checkSound } from './read/sound';

/** Values of boolean graph inputs that choose a branch, such as `use_cache_branch` of transformers.js' merged decoders. */
export type Conditions = Readonly<Record<string, boolean>>;

const refused: Readonly<Record<string, string>> = {
  Loop: 'a loop has no fixed graph',
  Scan: 'a scan has no fixed graph',
  SequenceMap: 'a map over a sequence has no fixed graph',
};

/**
 * Infers shapes in execution order, refuses unsound nodes, and puts the chosen branch in place of each If whose condition is constant, follows from shapes,
 * or is a graph input with a given value. Inputs that only chose are dropped.
 * @returns whether there was an If
 * @throws BadFile; UnsupportedModel for Loop, Scan, SequenceMap and others with bodies, and for an If whose condition depends on data
 */
export function inlineConditionals(graph: Graph, conditions: Conditions): boolean {
  const given = new Map(Object.entries(conditions));
  const switches = graph.inputs.filter((v) => v.dtype === 'bool' && given.has(v.name));
  const known = new Map(switches.map((v) => [v, Number(given.get(v.name))]));
  const pending = graph.nodes;
  graph.nodes = [];
  new Inliner(graph, known).place(pending, (name) => graph.values.get(name));
  for (const v of switches)
    if (v.consumers.size === 0 && !graph.outputs.includes(v)) graph.inputs.splice(graph.inputs.indexOf(v), 1);
  return pending.some((node) => node.type === 'If');
}

/** What a name means at some place: a value of the graph, or nothing. */
type Scope = (name: string) => Value | undefined;

class Inliner {
  constructor(
    private readonly graph: Graph,
    /** Inputs of known value. */
    private readonly known: ReadonlyMap<Value, number>,
  ) {}

  place(nodes: readonly Node[], scope: Scope): void {
    for (const node of nodes) {
      if (node.type === 'If') this.inline(node, this.chosenBranch(node), scope);
      else this.append(node);
    }
  }

  private append(node: Node): void {
    const why = refused[node.type] ?? (hasBody(node) ? 'it holds a graph, which is not fixed' : undefined);
    if (why)
      throw new UnsupportedModel(
        `Node "${node.name}" is a ${node.op}: ${why} that could be traced. Export the model without it.`,
      );
    checkSound(node);
    this.graph.nodes.push(node);
    inferNode(node, this.graph.opset);
  }

  private chosenBranch(node: Node): Graph {
    const condition = node.inputs[0];
    const value = condition && (this.conditionOf(condition) ?? condition.numbers?.[0]);
    if (value === undefined)
      throw new UnsupportedModel(
        `Node "${node.name}" is an If whose condition "${condition?.name ?? ''}" depends on data, so its graph is not fixed. ` +
          `Export the model without control flow${this.graph.inputs.some((v) => v.dtype === 'bool') ? ', or give its boolean input a value' : ''}.`,
      );
    const name = value ? 'then_branch' : 'else_branch';
    const body = node.attributes[name];
    if (!isBody(body))
      throw new BadFile(`Node "${node.name}" is an If that has no ${name}. The file is damaged; export it again.`);
    return body.body;
  }

  /** Follows Not, Identity, Cast, Squeeze … back to a graph input of known value. */
  private conditionOf(condition: Value): number | undefined {
    let negated = false;
    for (let value = condition; ;) {
      const known = this.known.get(value) ?? (value === condition ? undefined : value.numbers?.[0]);
      if (known !== undefined) return Number(negated !== (known !== 0));
      const node = value.producer;
      const input = node?.inputs[0];
      if (!node || !input || !keepsTruth.has(node.type)) return undefined;
      if (node.type === 'Not') negated = !negated;
      value = input;
    }
  }

  /** The branch's own values get new names: both branches may use the same ones. Its free names are values of the graph around it. */
  private inline(node: Node, body: Graph, around: Scope): void {
    const { graph } = this;
    for (const v of node.inputs) v?.consumers.delete(node);
    for (const v of node.outputs) if (v) v.producer = undefined;

    const own = new Map<string, Value>();
    const results = new Map(body.outputs.map((v, i) => [v, node.outputs[i]]));
    const scope: Scope = (name) => own.get(name) ?? around(name);
    for (const v of body.values.values()) {
      if (v.tensor) own.set(v.name, graph.constant(v.tensor, `${node.name}/${v.name}`));
      else if (v.producer) {
        const there = results.get(v) ?? graph.newValue(`${node.name}/${v.name}`);
        there.dtype = v.dtype ?? there.dtype;
        there.shape = v.shape ?? there.shape;
        own.set(v.name, there);
      }
    }
    const moved = (reader: string) => (v: Value | undefined) => {
      const there = v && scope(v.name);
      if (v && !(there && (there.tensor || there.producer || graph.inputs.includes(there))))
        throw new BadFile(
          `${reader} in a branch of "${node.name}" reads "${v.name}", which nothing makes. The file is damaged; export it again.`,
        );
      return there;
    };
    const nodes = body.nodes.map(
      (n) =>
        new Node(n.op, n.domain, `${node.name}/${n.name}`, [...n.inputs], n.outputs.map((v) => v && own.get(v.name)), n.attributes), // prettier-ignore
    );
    for (const n of nodes) for (const v of n.outputs) if (v) v.producer = n;
    for (const n of nodes) {
      n.inputs.splice(0, n.inputs.length, ...n.inputs.map(moved(`Node "${n.name}"`)));
      graph.connect(n);
    }
    this.place(nodes, scope);
    node.outputs.forEach((out, i) => {
      if (!out || out.producer) return;
      if (!body.outputs[i])
        throw new BadFile(
          `A branch of the If "${node.name}" has ${body.outputs.length} results, but ${node.outputs.length} are read. The file is damaged; export it again.`,
        );
      const from = moved('An output')(body.outputs[i]);
      this.append(graph.connect(new Node('Identity', '', `${node.name}/${out.name}`, [from], [out], {})));
    });
  }
}

function hasBody({ attributes }: Node): boolean {
  for (const name in attributes) if (isBody(attributes[name])) return true;
  return false;
}

const keepsTruth: ReadonlySet<string> = new Set([
  'Not',
  'Identity',
  'Cast',
  'Squeeze',
  'Unsqueeze',
  'Reshape',
  'Flatten',
  'Gather',
]);
