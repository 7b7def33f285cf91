import { BadFile, UnsupportedModel } from '../../shared/errors';
import type { DecodeContext } from './decode-context';
import type { Graph } from '../graph/graph';
import type { AttributeProto, FunctionProto, GraphProto, NodeProto } from './messages';

/** Functions that call functions can stand for more nodes than any model has. */
const maxNodes = 1 << 17;
/** Names of inlined nodes tell the way through the calls; beyond this length the rest of the way is left out. */
const longestPrefix = 200;

/** The model's local functions (dynamo exports, onnxscript), inlined where they are called. */
export class Functions {
  private readonly byName = new Map<string, FunctionProto>();
  private readonly sizes = new Map<FunctionProto, number>();
  /** Those that are being inlined now. */
  private readonly open = new Set<FunctionProto>();
  private calls = 0;
  private nodes = 0;

  constructor(functions: readonly FunctionProto[]) {
    for (const f of functions) this.byName.set(key(f.domain, f.name, f.overload), f);
  }

  /** Appends the function's nodes in place of the call. @returns false if the node calls no local function. */
  expand(call: NodeProto, graph: Graph, context: DecodeContext): boolean {
    const f = this.byName.size > 0 ? this.find(call) : undefined;
    if (!f) return false;
    if (this.open.has(f))
      throw new BadFile(`The model's function "${f.name}" calls itself. The file is damaged; export it again.`);
    this.nodes += 1 + this.sizeOf(f);
    if (this.nodes > maxNodes)
      throw new UnsupportedModel(
        `The model's functions stand for more than ${maxNodes} nodes ("${f.name}" was the last to be inlined). Export it without local functions, or in parts.`,
      );
    this.open.add(f);
    this.inline(f, call, graph, context);
    this.open.delete(f);
    return true;
  }

  private find(call: NodeProto): FunctionProto | undefined {
    return (
      this.byName.get(key(call.domain, call.opType, call.overload)) ??
      this.byName.get(key(call.domain, call.opType, ''))
    );
  }

  private inline(f: FunctionProto, call: NodeProto, graph: Graph, context: DecodeContext): void {
    const prefix = `${(call.name || f.name).slice(0, longestPrefix)}.${this.calls++}/`;
    const names = new Map<string, string>();
    f.input.forEach((name, i) => names.set(name, call.input[i] ?? ''));
    f.output.forEach((name, i) => {
      // An output that is one of the inputs, or stands twice, needs a node of its own.
      if (!names.has(name)) names.set(name, call.output[i] || prefix + name);
    });
    const scope: Scope = {
      prefix,
      rename: (name) => (name === '' ? '' : (names.get(name) ?? prefix + name)),
      given: new Map([...f.attributeProto, ...call.attribute].map((a) => [a.name, a])),
    };
    for (const inner of f.node) context.node(instantiate(inner, scope), graph);
    f.output.forEach((name, i) => {
      const made = scope.rename(name);
      const wanted = call.output[i];
      if (wanted && made !== wanted)
        context.node(
          {
            ...{ opType: 'Identity', domain: '', overload: '', name: `${prefix}${name}` },
            ...{ input: [made], output: [wanted], attribute: [] },
          },
          graph,
        );
    });
  }

  private sizeOf(f: FunctionProto): number {
    let size = this.sizes.get(f);
    if (size === undefined) this.sizes.set(f, (size = countNodes(f.node)));
    return size;
  }
}

/** Nodes, those in the bodies of If and Loop included. */
const countNodes = (nodes: readonly NodeProto[]): number =>
  nodes.reduce((n, node) => n + 1 + node.attribute.reduce((m, a) => m + (a.g ? countNodes(a.g.node) : 0), 0), 0);

/** What the names in a function mean where it is called. */
interface Scope {
  readonly prefix: string;
  rename(name: string): string;
  /** The call's attributes by name, and the function's defaults. */
  readonly given: ReadonlyMap<string, AttributeProto>;
}

function instantiate(node: NodeProto, scope: Scope): NodeProto {
  return {
    ...node,
    name: scope.prefix + node.name,
    input: node.input.map((name) => scope.rename(name)),
    output: node.output.map((name) => scope.rename(name)),
    attribute: node.attribute.flatMap((a) => bind(a, scope) ?? []),
  };
}

/** An attribute of the function's own node; one that refers to an attribute which nobody gives is left out. */
function bind(a: AttributeProto, scope: Scope): AttributeProto | undefined {
  if (a.refAttrName !== '') {
    // Its names, if it is a graph, are the caller's.
    const given = scope.given.get(a.refAttrName);
    return given && { ...given, name: a.name };
  }
  return a.g ? { ...a, g: instantiateBody(a.g, scope) } : a;
}

function instantiateBody(body: GraphProto, scope: Scope): GraphProto {
  const renamed = <T extends { name: string }>(list: readonly T[]): T[] =>
    list.map((v) => ({ ...v, name: scope.rename(v.name) }));
  return {
    ...body,
    input: renamed(body.input),
    output: renamed(body.output),
    valueInfo: renamed(body.valueInfo),
    initializer: renamed(body.initializer),
    node: body.node.map((n) => instantiate(n, scope)),
  };
}

const key = (domain: string, name: string, overload: string): string =>
  `${domain === 'ai.onnx' ? '' : domain}:${name}:${overload}`;
