import { create, clone } from '@bufbuild/protobuf';
import { BadFile } from '../shared/errors';
import type { DecodeContext } from './decode-context';
import type { Graph } from './graph';
import type { AttributeProto, FunctionProto, GraphProto, NodeProto } from './proto/onnx_pb';
import { AttributeProtoSchema, NodeProtoSchema } from './proto/onnx_pb';

const maxDepth = 64;

/** The model's local functions (dynamo exports, onnxscript), inlined where they are called. */
export class Functions {
  private readonly byName = new Map<string, FunctionProto>();
  private depth = 0;
  private calls = 0;

  constructor(functions: readonly FunctionProto[]) {
    for (const f of functions) this.byName.set(key(f.domain, f.name, f.overload), f);
  }

  domains(): Set<string> {
    return new Set([...this.byName.values()].map((f) => f.domain).filter((d) => d !== '' && d !== 'com.microsoft'));
  }

  /** Appends the function's nodes in place of the call. @returns false if the node calls no local function. */
  expand(call: NodeProto, graph: Graph, context: DecodeContext): boolean {
    if (this.byName.size === 0) return false;
    const f =
      this.byName.get(key(call.domain, call.opType, call.overload)) ??
      this.byName.get(key(call.domain, call.opType, ''));
    if (!f) return false;
    if (++this.depth > maxDepth)
      throw new BadFile(`The model's function "${f.name}" calls itself. The file is damaged; export it again.`);
    const prefix = `${call.name || f.name}.${this.calls++}/`;
    const names = new Map<string, string>();
    f.input.forEach((name, i) => names.set(name, call.input[i] ?? ''));
    f.output.forEach((name, i) => {
      // An output that is one of the inputs needs a node of its own.
      if (!names.has(name)) names.set(name, call.output[i] || prefix + name);
    });
    const rename = (name: string) => (name === '' ? '' : (names.get(name) ?? prefix + name));
    const attributes = new Map(call.attribute.map((a) => [a.name, a]));
    const defaults = new Map(f.attributeProto.map((a) => [a.name, a]));
    const bind = (a: AttributeProto): AttributeProto | undefined => {
      if (a.refAttrName === '') return a;
      const given = attributes.get(a.refAttrName) ?? defaults.get(a.refAttrName);
      return given && create(AttributeProtoSchema, { ...given, name: a.name });
    };
    for (const inner of f.node) context.node(instantiate(inner, prefix, rename, bind), graph);
    f.output.forEach((name, i) => {
      const made = rename(name);
      const wanted = call.output[i];
      if (wanted && made !== wanted)
        context.node(
          create(NodeProtoSchema, { opType: 'Identity', name: `${prefix}${name}`, input: [made], output: [wanted] }),
          graph,
        );
    });
    this.depth--;
    return true;
  }
}

type Bind = (a: AttributeProto) => AttributeProto | undefined;

function instantiate(node: NodeProto, prefix: string, rename: (name: string) => string, bind: Bind): NodeProto {
  const copy = clone(NodeProtoSchema, node);
  copy.name = prefix + node.name;
  copy.input = node.input.map(rename);
  copy.output = node.output.map(rename);
  copy.attribute = copy.attribute.flatMap((a) => bind(a) ?? []);
  for (const a of copy.attribute) if (a.g) renameBody(a.g, prefix, rename, bind);
  return copy;
}

function renameBody(body: GraphProto, prefix: string, rename: (name: string) => string, bind: Bind): void {
  for (const v of [...body.input, ...body.output, ...body.valueInfo, ...body.initializer]) v.name = rename(v.name);
  body.node = body.node.map((n) => instantiate(n, prefix, rename, bind));
}

const key = (domain: string, name: string, overload: string): string =>
  `${domain === 'ai.onnx' ? '' : domain}:${name}:${overload}`;
