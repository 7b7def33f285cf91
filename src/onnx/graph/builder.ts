import type { Dim, Shape } from './dims';
import { isStatic } from './dims';
import type { Attributes, Graph } from './graph';
import { Node, Value } from './graph';
import { inferNode } from '../shapes/infer';
import type { ConstantTensor, OnnxDType } from './tensor';
import { constant, dtypes } from './tensor';

export interface Reduction {
  readonly keepdims?: boolean;
}

/**
 * Writes nodes in one dialect: opset 18 and what is unchanged in 19–26 (reductions take their axes as inputs). Every value that it
 * makes has its type and shape inferred at once, so that a rule can ask for them.
 * Nodes go to the end of `nodes`; a pass that rewrites in the middle gives its own list.
 */
export class Builder {
  private readonly constants = new Map<string, Value>();
  private readonly lists = new Map<string, Value>();

  constructor(
    readonly graph: Graph,
    public nodes: Node[] = graph.nodes,
    /** Prefix of the names of new nodes and values. */
    public scope = 'lens',
  ) {}

  /** Any operator with one output. */
  op(op: string, inputs: readonly (Value | undefined)[], attributes: Attributes = {}, domain = ''): Value {
    const result = this.result(op);
    this.append(op, inputs, [result], attributes, domain);
    return result;
  }

  ops(
    op: string,
    inputs: readonly (Value | undefined)[],
    outputs: number,
    attributes: Attributes = {},
    domain = '',
  ): Value[] {
    const results = Array.from({ length: outputs }, () => this.result(op));
    this.append(op, inputs, results, attributes, domain);
    return results;
  }

  private result(op: string): Value {
    return this.graph.newValue(`${this.scope}/${op}`);
  }

  private append(
    op: string,
    inputs: readonly (Value | undefined)[],
    results: Value[],
    attributes: Attributes,
    domain: string,
  ): void {
    const node = new Node(op, domain, results[0].name, [...inputs], results, attributes);
    this.nodes.push(this.graph.connect(node));
    inferNode(node, this.graph.opset);
    if (domain !== '' && !this.graph.opsets.has(domain)) this.graph.opsets.set(domain, 1);
  }

  tensor(t: ConstantTensor): Value {
    return this.graph.constant(t, `${this.scope}/constant`);
  }

  private cached(dtype: OnnxDType, dims: readonly number[], values: readonly number[]): Value {
    const key = `${dtype}[${dims.join()}]${values.map((v) => (Object.is(v, -0) ? '-0' : String(v))).join()}`;
    let v = this.constants.get(key);
    if (!v) this.constants.set(key, (v = this.tensor(constant(dtype, dims, values))));
    return v;
  }

  /** A scalar, float32 unless `like` says otherwise. */
  scalar(x: number, like?: Value | OnnxDType): Value {
    return this.cached(typeof like === 'string' ? like : (like?.dtype ?? 'float32'), [], [x]);
  }

  /** int64 [n]. */
  ints(values: readonly number[]): Value {
    // Axes and sizes are asked for by every other rule: their key is short.
    const key = values.join();
    let v = this.lists.get(key);
    if (!v) this.lists.set(key, (v = this.tensor(constant('int64', [values.length], values))));
    return v;
  }

  add = (a: Value, b: Value): Value => this.op('Add', [a, b]);
  sub = (a: Value, b: Value): Value => this.op('Sub', [a, b]);
  mul = (a: Value, b: Value): Value => this.op('Mul', [a, b]);
  div = (a: Value, b: Value): Value => this.op('Div', [a, b]);
  neg = (a: Value): Value => this.op('Neg', [a]);
  exp = (a: Value): Value => this.op('Exp', [a]);
  log = (a: Value): Value => this.op('Log', [a]);
  sqrt = (a: Value): Value => this.op('Sqrt', [a]);
  pow = (a: Value, b: Value): Value => this.op('Pow', [a, b]);
  tanh = (a: Value): Value => this.op('Tanh', [a]);
  relu = (a: Value): Value => this.op('Relu', [a]);
  sigmoid = (a: Value): Value => this.op('Sigmoid', [a]);
  /** a · x, where a is a number. */
  scale = (x: Value, a: number): Value => (a === 1 ? x : this.op('Mul', [x, this.scalar(a, x)]));
  /** x + a, where a is a number. */
  shift = (x: Value, a: number): Value => (a === 0 ? x : this.op('Add', [x, this.scalar(a, x)]));
  square = (x: Value): Value => this.op('Mul', [x, x]);
  identity = (x: Value): Value => this.op('Identity', [x]);

  equal = (a: Value, b: Value): Value => this.op('Equal', [a, b]);
  less = (a: Value, b: Value): Value => this.op('Less', [a, b]);
  greater = (a: Value, b: Value): Value => this.op('Greater', [a, b]);
  where = (condition: Value, a: Value, b: Value): Value => this.op('Where', [condition, a, b]);
  cast(x: Value, dtype: OnnxDType): Value {
    return x.dtype === dtype ? x : this.op('Cast', [x], { to: dtypes[dtype] });
  }

  /** op(a)·op(b)·alpha. A transposition is folded into the product (com.microsoft FusedMatMul), so that no weight is ever transposed in memory. */
  matmul(
    a: Value,
    b: Value,
    o: { readonly transA?: boolean; readonly transB?: boolean; readonly alpha?: number } = {},
  ): Value {
    if (!o.transA && !o.transB && (o.alpha ?? 1) === 1) return this.op('MatMul', [a, b]);
    const attributes = { transA: o.transA ? 1 : 0, transB: o.transB ? 1 : 0, alpha: { float: o.alpha ?? 1 } };
    return this.op('FusedMatMul', [a, b], attributes, 'com.microsoft');
  }

  reduceSum = (x: Value, axes: readonly number[] | Value, o: Reduction = {}): Value =>
    this.reduce('ReduceSum', x, axes, o);
  reduceMean = (x: Value, axes: readonly number[] | Value, o: Reduction = {}): Value =>
    this.reduce('ReduceMean', x, axes, o);
  reduceMax = (x: Value, axes: readonly number[] | Value, o: Reduction = {}): Value =>
    this.reduce('ReduceMax', x, axes, o);

  /** No axes: nothing is reduced. Default keepdims is false. */
  reduce(op: string, x: Value, axes: readonly number[] | Value, { keepdims = false }: Reduction = {}): Value {
    const list = axes instanceof Value ? axes : this.ints(axes);
    return this.op(op, [x, list], { keepdims: keepdims ? 1 : 0, noop_with_empty_axes: 1 });
  }

  /** int64 [rank]: constant where the shape is known. */
  shape(x: Value): Value {
    return x.shape && isStatic(x.shape) ? this.ints(x.shape) : this.op('Shape', [x]);
  }

  /** int64 [to − from]: part of a shape; negative positions count from the end. */
  shapePart(x: Value, from: number, to?: number): Value {
    const part = x.shape?.slice(from, to);
    if (part && isStatic(part)) return this.ints(part);
    return this.op('Shape', [x], to === undefined ? { start: from } : { start: from, end: to });
  }

  /** A number is a fixed size, 0 keeps the input's size at that place, −1 is what is left. */
  reshape(x: Value, shape: readonly number[] | Value): Value {
    return this.op('Reshape', [x, shape instanceof Value ? shape : this.ints(shape)]);
  }

  /**
   * `x` with the axes of `shape` after its leading axis: [K, …] → [K, …shape]. The leading axis is kept as it is.
   * `like` gives the shape at run time where it is not known now.
   */
  reshapeBehindLeading(x: Value, like: Value): Value {
    const shape = like.shape;
    if (shape && x.shape && sameTail(x.shape, shape)) return x;
    const symbolic = shape?.filter((d) => typeof d !== 'number').length ?? 2;
    if (shape && symbolic <= 1 && !shape.includes(0))
      return this.reshape(x, [0, ...shape.map((d) => (typeof d === 'number' ? d : -1))]);
    return this.op('Reshape', [x, this.concat([this.shapePart(x, 0, 1), this.shape(like)], 0)], { allowzero: 1 });
  }

  transpose(x: Value, perm: readonly number[]): Value {
    return perm.every((p, i) => p === i) ? x : this.op('Transpose', [x], { perm });
  }

  unsqueeze = (x: Value, axes: readonly number[]): Value =>
    axes.length === 0 ? x : this.op('Unsqueeze', [x, this.ints(axes)]);
  squeeze = (x: Value, axes: readonly number[]): Value =>
    axes.length === 0 ? x : this.op('Squeeze', [x, this.ints(axes)]);
  expand = (x: Value, shape: readonly number[] | Value): Value =>
    this.op('Expand', [x, shape instanceof Value ? shape : this.ints(shape)]);
  concat = (parts: readonly Value[], axis: number): Value =>
    parts.length === 1 ? parts[0] : this.op('Concat', parts, { axis });

  /** x[…, from:to, …] along one axis. */
  slice(x: Value, axis: number, from: number | Value, to: number | Value, step = 1): Value {
    const bound = (b: number | Value) => (b instanceof Value ? b : this.ints([b]));
    return this.op('Slice', [x, bound(from), bound(to), this.ints([axis]), this.ints([step])]);
  }

  gather = (x: Value, indices: Value, axis: number): Value => this.op('Gather', [x, indices], { axis });

  /** float32 ones of a fixed shape. */
  ones(dims: readonly number[]): Value {
    const count = dims.reduce((n, d) => n * d, 1);
    return this.cached('float32', dims, new Array<number>(count).fill(1));
  }

  /** A tensor of one number with the shape given at run time. */
  fill(shape: Value, x: number, dtype: OnnxDType = 'float32'): Value {
    return this.op('ConstantOfShape', [shape], { value: constant(dtype, [1], [x]) });
  }
}

const sameTail = (shape: Shape, tail: readonly Dim[]): boolean =>
  shape.length === tail.length + 1 && tail.every((d, i) => d === shape[i + 1]);
