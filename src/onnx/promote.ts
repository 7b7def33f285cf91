import { Builder } from './graph/builder';
import type { Attribute, Attributes, Graph, Value } from './graph/graph';
import { isTensorAttribute, Node } from './graph/graph';
import type { ConstantTensor, OnnxDType } from './graph/tensor';
import { constant, dtypes, isInline, numbersOf } from './graph/tensor';

const narrow: ReadonlySet<OnnxDType | undefined> = new Set<OnnxDType>(['float16', 'bfloat16', 'float64']);
const narrowCodes: ReadonlySet<number> = new Set([dtypes.float16, dtypes.bfloat16, dtypes.float64]);

/**
 * Brings all floating-point arithmetic to float32. Stored weights keep their type behind a Cast, which the runtime folds once; the
 * graph's inputs and outputs become float32.
 * @returns the types that were found, for the report
 */
export function promoteToFloat32(graph: Graph): Set<OnnxDType> {
  const found = narrowArithmetic(graph);
  const widened: Node[] = [];
  const g = new Builder(graph, widened, 'float32');
  for (const v of [...graph.values.values()]) {
    if (v.tensor && narrow.has(v.tensor.dtype)) widen(g, v, v.tensor);
    if (narrow.has(v.dtype)) v.dtype = 'float32';
  }
  for (const node of graph.nodes) node.attributes = promoteAttributes(node);
  graph.nodes = [...widened, ...graph.nodes];
  return found;
}

/** Weights that are only stored narrow and cast before use are no narrow arithmetic. */
function narrowArithmetic(graph: Graph): Set<OnnxDType> {
  const found = new Set<OnnxDType>();
  for (const v of graph.values.values()) {
    if (!v.dtype || !narrow.has(v.dtype)) continue;
    if (!v.tensor || [...v.consumers].some((n) => n.type !== 'Cast' && n.type !== 'Identity')) found.add(v.dtype);
  }
  // Files need not declare the types between their nodes.
  for (const { attributes } of graph.nodes) {
    if (attributes.to === dtypes.float16) found.add('float16');
    if (attributes.to === dtypes.bfloat16) found.add('bfloat16');
  }
  return found;
}

function widen(g: Builder, value: Value, tensor: ConstantTensor): void {
  const numbers = isInline(tensor) && tensor.data.byteLength <= 1024 ? numbersOf(tensor) : undefined;
  if (numbers) {
    value.tensor = constant('float32', tensor.dims, numbers);
    return;
  }
  const stored = g.graph.constant(tensor, `${value.name}/stored`);
  value.tensor = undefined;
  g.nodes.push(g.graph.connect(new Node('Cast', '', stored.name, [stored], [value], { to: dtypes.float32 })));
}

/** Attributes that name a type: Cast's `to`, `dtype` of generators, values of ConstantOfShape. */
function promoteAttributes(node: Node): Attributes {
  let promoted = node.attributes;
  for (const name in node.attributes) {
    const a = node.attributes[name];
    if (!namesNarrowType(name, a)) continue;
    const wide = isTensorAttribute(a) ? constant('float32', a.dims, numbersOf(a) ?? []) : dtypes.float32;
    promoted = { ...promoted, [name]: wide };
  }
  return promoted;
}

const typeAttributes: ReadonlySet<string> = new Set([
  'to',
  'dtype',
  'output_dtype',
  'softmax_precision',
  'output_datatype',
  'stash_type',
]);

const namesNarrowType = (name: string, a: Attribute): boolean =>
  isTensorAttribute(a) ? narrow.has(a.dtype) : typeAttributes.has(name) && typeof a === 'number' && narrowCodes.has(a);
