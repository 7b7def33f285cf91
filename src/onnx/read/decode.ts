import { BadFile, UnsupportedModel } from '../../shared/errors';
import type { Dim } from '../graph/dims';
import { symbol } from '../graph/dims';
import { decodeAttributes } from './decode-attributes';
import type { DataFiles } from './data-files';
import { decodeTensor } from './decode-tensor';
import { Functions } from './functions';
import type { Attributes, Value } from '../graph/graph';
import { Graph, isFloatAttribute, isTensorAttribute, Node } from '../graph/graph';
import type { GraphProto, ModelProto, NodeProto, ValueInfo } from './messages';
import { sortNodes } from './order';
import type { DecodeContext } from './decode-context';
import type { ConstantTensor } from '../graph/tensor';
import { constant, dtypeName } from '../graph/tensor';

const newestIr = 13;
const newestOpset = 26;

/**
 * A graph from a model's messages. Local functions are inlined, Constant nodes become
 * constants; If, Loop and Scan keep their bodies.
 * @throws BadFile if it holds no graph or its wiring is broken, UnsupportedModel for what is named there
 */
export function decodeModel(model: ModelProto, files: DataFiles): Graph {
  if (!model.graph || model.graph.node.length === 0)
    throw new BadFile('The file holds no graph: it is empty, cut short, or no ONNX model. Fetch or export it again.');
  if (model.irVersion > newestIr)
    throw new UnsupportedModel(
      `The model is of ONNX IR version ${model.irVersion}; up to ${newestIr} is supported. Export it with an older onnx package.`,
    );

  const graph = new Graph(model.graph.name || 'model');
  if (model.opsetImport.length === 0)
    throw new BadFile(
      'The model does not say which opset it is of. It is damaged, or older than 2017; export it again.',
    );
  for (const { domain, version } of model.opsetImport) graph.opsets.set(domain === 'ai.onnx' ? '' : domain, version);
  if (graph.opset > newestOpset)
    throw new UnsupportedModel(
      `The model is of opset ${graph.opset}; up to ${newestOpset} is supported. Export it with opset_version=${newestOpset} or lower.`,
    );
  const functions = new Functions(model.functions);
  const context: DecodeContext = {
    files,
    graph: (proto, into) => decodeGraph(proto, into, context),
    node: (proto, into) => {
      if (!functions.expand(proto, into, context)) decodeNode(proto, into, context);
    },
  };
  for (const f of model.functions)
    for (const { domain, version } of f.opsetImport) {
      const name = domain === 'ai.onnx' ? '' : domain;
      if (!graph.opsets.has(name)) graph.opsets.set(name, version);
    }
  decodeGraph(model.graph, graph, context);
  checkWiring(graph);
  return graph;
}

/** Fills `graph` from its message. */
function decodeGraph(proto: GraphProto, graph: Graph, context: DecodeContext): void {
  for (const name of proto.sparseInitializer)
    throw new UnsupportedModel(
      `The initializer "${name}" is sparse, which is not supported. Export the model with dense weights.`,
    );
  for (const t of proto.initializer) {
    const v = graph.value(t.name);
    v.tensor = decodeTensor(t, context.files);
    v.dtype = v.tensor.dtype;
    v.shape = v.tensor.dims;
  }
  for (const info of proto.input) {
    const v = graph.value(info.name);
    if (v.tensor) continue; // IR version 3 lists initializers among the inputs.
    if (graph.inputs.includes(v))
      throw new BadFile(`The model has two inputs named "${v.name}". The file is damaged; export it again.`);
    declare(v, info);
    graph.inputs.push(v);
  }
  for (const info of proto.valueInfo) {
    const v = graph.value(info.name);
    if (!v.tensor && !graph.inputs.includes(v)) declare(v, info);
  }
  for (const node of proto.node) context.node(node, graph);
  for (const info of proto.output) {
    const v = graph.value(info.name);
    if (v.shape === undefined) declare(v, info);
    graph.outputs.push(v);
  }
  sortNodes(graph);
}

function decodeNode(proto: NodeProto, graph: Graph, context: DecodeContext): void {
  const domain = proto.domain === 'ai.onnx' ? '' : proto.domain;
  const attributes = decodeAttributes(proto, context);
  const valueOf = (name: string) => (name === '' ? undefined : graph.value(name));
  const outputs = trimmed(proto.output.map(valueOf));
  for (const v of outputs)
    if (v && (v.producer || v.tensor || graph.inputs.includes(v)))
      throw new BadFile(`Two parts of the model make the value "${v.name}". The file is damaged; export it again.`);
  if (domain === '' && proto.opType === 'Constant' && outputs[0])
    return defineConstant(outputs[0], constantOf(proto.name, attributes));
  const inputs = trimmed(proto.input.map(valueOf));
  const name = proto.name || (proto.output[0] ?? '');
  graph.append(new Node(proto.opType, domain, name, inputs, outputs, attributes));
}

/** Without what is left out at the end. */
const trimmed = <T>(values: (T | undefined)[]): (T | undefined)[] =>
  values.slice(0, values.findLastIndex((v) => v !== undefined) + 1);

function defineConstant(value: Value, tensor: ConstantTensor): void {
  value.tensor = tensor;
  value.dtype = tensor.dtype;
  value.shape = tensor.dims;
}

function constantOf(name: string, attributes: Attributes): ConstantTensor {
  const [kind, a] = Object.entries(attributes)[0] ?? [];
  if (isTensorAttribute(a)) return a;
  if (typeof a === 'number') return constant('int64', [], [a]);
  if (isFloatAttribute(a))
    return typeof a.float === 'number'
      ? constant('float32', [], [a.float])
      : constant('float32', [a.float.length], a.float);
  if (typeof a === 'string') return { dtype: 'string', dims: [], data: [a] };
  if (kind === 'value_ints') return constant('int64', [(a as number[]).length], a as number[]);
  throw new UnsupportedModel(
    `The constant "${name}" is of a kind that is not supported. Export the model with plain tensors.`,
  );
}

function declare(value: Value, { name, isTensor, elementType, dims }: ValueInfo): void {
  if (!isTensor) return;
  if (elementType !== 0) value.dtype = dtypeName(elementType);
  value.shape =
    dims?.map((d, i): Dim => {
      if (typeof d === 'number' && d >= 0 && d <= Number.MAX_SAFE_INTEGER) return d;
      return symbol(typeof d === 'string' && d !== '' ? d : `${name}.${i}`);
    }) ?? value.shape;
}

/** Every value is made before it is read, and only once. Bodies of If are checked when they are inlined. */
function checkWiring(graph: Graph): void {
  for (const v of graph.inputs)
    if (v.dtype === undefined)
      throw new UnsupportedModel(
        `The model's input "${v.name}" is no tensor (or of no type): sequences and optional inputs are not supported. Export the model with plain tensors as inputs.`,
      );
  const known = new Set<Value>(graph.inputs);
  for (const node of graph.nodes) {
    for (const v of node.inputs)
      if (v && !v.tensor && !known.has(v))
        throw new BadFile(
          `Node "${node.name}" (${node.type}) reads "${v.name}", which nothing before it makes. The file is damaged; export it again.`,
        );
    for (const v of node.outputs) if (v) known.add(v);
  }
  for (const v of graph.outputs)
    if (!v.tensor && !known.has(v))
      throw new BadFile(
        `The model's output "${v.name}" is made by nothing in it. The file is damaged; export it again.`,
      );
}
