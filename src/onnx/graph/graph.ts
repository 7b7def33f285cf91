import type { Dim, Shape } from './dims';
import type { ConstantTensor, OnnxDType } from './tensor';
import { numbersOf } from './tensor';

/** A tensor of the graph: made by one node, given by the caller, or constant. Type and shape are filled in where they are known. */
export class Value {
  producer: Node | undefined;
  /** Nodes that read it; a node stands here once however often it reads. */
  readonly consumers = new Set<Node>();
  /** Set for initializers and constants. */
  tensor: ConstantTensor | undefined;
  /** The known content of a small integer or bool tensor, row-major: shape arithmetic. Entries may be symbolic. */
  content: readonly Dim[] | undefined;

  constructor(
    public name: string,
    public dtype?: OnnxDType,
    public shape?: Shape,
  ) {}

  get rank(): number | undefined {
    return this.shape?.length;
  }

  /** Numbers of an inline constant, or of an integer tensor whose content is known without symbols. */
  get numbers(): readonly number[] | undefined {
    if (this.tensor) return numbersOf(this.tensor);
    return this.content?.every((d) => typeof d === 'number') ? (this.content as readonly number[]) : undefined;
  }

  toString(): string {
    return `${this.name}: ${this.dtype ?? '?'}${this.shape ? `[${this.shape.join(', ')}]` : ''}`;
  }
}

export type Attribute =
  number | string | readonly number[] | readonly string[] | ConstantTensor | GraphBody | FloatAttribute;

/** Protobuf tells 1 (int) from 1.0 (float); a bare number here is an int, floats are wrapped. */
export interface FloatAttribute {
  readonly float: number | readonly number[];
}

/** A subgraph of If, Loop, Scan: its free names refer to values of the graph around it. */
export interface GraphBody {
  readonly body: Graph;
}

export type Attributes = Readonly<Record<string, Attribute>>;

export class Node {
  constructor(
    readonly op: string,
    /** '' is the ONNX domain. */
    readonly domain: string,
    readonly name: string,
    /** undefined: an optional input that is left out. */
    readonly inputs: (Value | undefined)[],
    readonly outputs: (Value | undefined)[],
    public attributes: Attributes,
  ) {}

  /** `Softmax`, or `com.microsoft:QuickGelu`. */
  get type(): string {
    return this.domain === '' ? this.op : `${this.domain}:${this.op}`;
  }

  int(name: string, otherwise: number): number {
    const a = this.attributes[name];
    return typeof a === 'number' ? a : otherwise;
  }

  float(name: string, otherwise: number): number {
    const a = this.attributes[name];
    if (typeof a === 'number') return a;
    return isFloatAttribute(a) && typeof a.float === 'number' ? a.float : otherwise;
  }

  string(name: string, otherwise: string): string {
    const a = this.attributes[name];
    return typeof a === 'string' ? a : otherwise;
  }

  ints(name: string): readonly number[] | undefined {
    const a = this.attributes[name];
    return Array.isArray(a) && typeof a[0] !== 'string' ? (a as readonly number[]) : undefined;
  }

  floats(name: string): readonly number[] | undefined {
    const a = this.attributes[name];
    if (isFloatAttribute(a) && typeof a.float !== 'number') return a.float;
    return undefined;
  }

  has(name: string): boolean {
    return this.attributes[name] !== undefined;
  }

  toString(): string {
    const list = (values: readonly (Value | undefined)[]) => values.map((v) => v?.name ?? '').join(', ');
    return `${list(this.outputs)} = ${this.type}(${list(this.inputs)})`;
  }
}

export const isFloatAttribute = (a: Attribute | undefined): a is FloatAttribute =>
  typeof a === 'object' && 'float' in a;
export const isTensorAttribute = (a: Attribute | undefined): a is ConstantTensor =>
  typeof a === 'object' && 'dims' in a;
export const isBody = (a: Attribute | undefined): a is GraphBody => typeof a === 'object' && 'body' in a;

/** Nodes in execution order, and the values between them. The one structure that all passes read and rewrite. */
export class Graph {
  readonly values = new Map<string, Value>();
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  nodes: Node[] = [];
  /** Domain → version. */
  readonly opsets = new Map<string, number>();
  private fresh = 0;

  constructor(public name = 'graph') {}

  get opset(): number {
    return this.opsets.get('') ?? 18;
  }

  /** The value of that name, made on first use. */
  value(name: string): Value {
    let v = this.values.get(name);
    if (!v) this.values.set(name, (v = new Value(name)));
    return v;
  }

  /** A value of a new name that starts with `hint`. */
  newValue(hint: string): Value {
    let name: string;
    do name = `${hint}~${this.fresh++}`;
    while (this.values.has(name));
    return this.value(name);
  }

  constant(tensor: ConstantTensor, hint = 'constant'): Value {
    const v = this.newValue(hint);
    v.tensor = tensor;
    v.dtype = tensor.dtype;
    v.shape = tensor.dims;
    return v;
  }

  /** Wires a node's values; the caller puts it into `nodes`. */
  connect(node: Node): Node {
    for (const v of node.inputs) v?.consumers.add(node);
    for (const v of node.outputs) if (v) v.producer = node;
    return node;
  }

  append(node: Node): Node {
    this.nodes.push(this.connect(node));
    return node;
  }

  setInput(node: Node, index: number, value: Value | undefined): void {
    const old = node.inputs[index];
    while (node.inputs.length < index) node.inputs.push(undefined);
    node.inputs[index] = value;
    if (old && !node.inputs.includes(old)) old.consumers.delete(node);
    value?.consumers.add(node);
  }

  /** All readers of `old` read `now` instead; graph outputs keep their names. */
  replace(old: Value, now: Value): void {
    if (old === now) return;
    for (const node of [...old.consumers]) node.inputs.forEach((v, i) => v === old && this.setInput(node, i, now));
    const at = this.outputs.indexOf(old);
    if (at < 0) return;
    if (now.producer && !this.outputs.includes(now) && !this.inputs.includes(now) && !now.tensor) {
      const [a, b] = [old.name, now.name];
      this.rename(old, this.newName(b));
      this.rename(now, a);
      this.outputs[at] = now;
    } else {
      // An input or a constant cannot take the output's name: keep the old value, made by Identity.
      this.detach(old);
      this.append(new Node('Identity', '', `output/${old.name}`, [now], [old], {}));
    }
  }

  remove(node: Node): void {
    for (const v of node.inputs) v?.consumers.delete(node);
    for (const v of node.outputs) if (v?.producer === node) v.producer = undefined;
    this.nodes = this.nodes.filter((n) => n !== node);
  }

  /** Removes many nodes in one pass. */
  removeAll(dead: ReadonlySet<Node>): void {
    for (const node of dead) {
      for (const v of node.inputs) v?.consumers.delete(node);
      for (const v of node.outputs) if (v?.producer === node) v.producer = undefined;
    }
    this.nodes = this.nodes.filter((n) => !dead.has(n));
  }

  rename(value: Value, name: string): void {
    this.values.delete(value.name);
    value.name = name;
    this.values.set(name, value);
  }

  private newName(hint: string): string {
    let name: string;
    do name = `${hint}~${this.fresh++}`;
    while (this.values.has(name));
    return name;
  }

  private detach(value: Value): void {
    const node = value.producer;
    if (!node) return;
    node.outputs[node.outputs.indexOf(value)] = undefined;
    value.producer = undefined;
  }
}
