import { clone, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto } from './onnx_pb';
import { ModelProtoSchema, NodeProtoSchema } from './onnx_pb';

/** Numbers in [0, 1) that a seed fixes (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Mutant {
  /** What was done, for the message of a failing test. */
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** One to three changes to a model file: a quarter of them to its bytes, the others to its messages. */
export function mutate(model: Uint8Array, seed: number): Mutant {
  const dice = new Dice(randomFrom(seed));
  if (dice.chance(0.25)) return mutateBytes(model, dice);
  const proto = fromBinary(ModelProtoSchema, model);
  const done: string[] = [];
  for (let n = dice.of([1, 1, 1, 2, 3]); n > 0; n--) {
    const [name, change] = dice.of(Object.entries(changes));
    const said = change(proto, dice);
    if (said !== null) done.push(`${name} ${said}`);
  }
  try {
    return { what: done.join('; '), bytes: toBinary(ModelProtoSchema, proto) };
  } catch {
    return mutateBytes(model, dice); // A change that the format cannot say.
  }
}

class Dice {
  constructor(private readonly random: () => number) {}
  below = (n: number): number => Math.floor(this.random() * n);
  chance = (p: number): boolean => this.random() < p;
  of = <T>(list: readonly T[]): T => list[this.below(list.length)];
}

function mutateBytes(model: Uint8Array, dice: Dice): Mutant {
  const at = dice.below(model.length);
  const length = 1 + dice.below(dice.chance(0.5) ? 4 : 400);
  const [before, part, after] = [model.slice(0, at), model.slice(at, at + length), model.slice(at + length)];
  const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
  switch (dice.below(6)) {
    case 0:
      return { what: `cut at ${at}`, bytes: before };
    case 1:
      return { what: `removed ${length} at ${at}`, bytes: join(before, after) };
    case 2:
      return { what: `doubled ${length} at ${at}`, bytes: join(before, part, part, after) };
    case 3: {
      const to = dice.below(model.length);
      return { what: `copied ${length} from ${at} to ${to}`, bytes: join(model.slice(0, to), part, model.slice(to)) };
    }
    default: {
      const bytes = model.slice();
      const count = 1 + dice.below(8);
      for (let i = 0; i < count; i++) bytes[dice.below(bytes.length)] ^= 1 << dice.below(8);
      return { what: `flipped ${count} bits`, bytes };
    }
  }
}

const odd = [0, 1, -1, 2, 3, -2, 7, 64, 1000, 65536, 2 ** 31, -(2 ** 31), 2 ** 40, 2 ** 53, 2 ** 62];
const oddInteger = (dice: Dice): bigint => (dice.chance(0.1) ? 2n ** 63n - 1n : BigInt(dice.of(odd)));
const oddFloat = (dice: Dice): number => dice.of([0, 1, -1, 1e-30, 1e30, NaN, Infinity, 0.5]);

const graphOf = (m: ModelProto): GraphProto => m.graph as GraphProto;
const nodeOf = (m: ModelProto, dice: Dice): NodeProto => dice.of(graphOf(m).node);
const nameOf = (m: ModelProto, dice: Dice): string => {
  const g = graphOf(m);
  const all = [...g.initializer, ...g.input].map((v) => v.name).concat(g.node.flatMap((n) => n.output));
  return dice.chance(0.05) ? 'nowhere' : (dice.of(all) ?? '');
};
const attributeOf = (m: ModelProto, dice: Dice): AttributeProto | undefined => {
  const nodes = graphOf(m).node.filter((n) => n.attribute.length > 0);
  return nodes.length > 0 ? dice.of(dice.of(nodes).attribute) : undefined;
};
const tensorOf = (m: ModelProto, dice: Dice): TensorProto | undefined => {
  const constants = graphOf(m).node.flatMap((n) => (n.opType === 'Constant' ? (n.attribute[0]?.t ?? []) : []));
  const all = [...graphOf(m).initializer, ...constants];
  return all.length > 0 ? dice.of(all) : undefined;
};

const ops = [
  'Add', 'MatMul', 'Softmax', 'Reshape', 'Transpose', 'Gather', 'Slice', 'Concat', 'Shape', 'Range', 'Expand', 'ConstantOfShape', 'Where', 'Cast',
  'LayerNormalization', 'Gemm', 'Conv', 'ReduceMean', 'ReduceSum', 'Split', 'Unsqueeze', 'Squeeze', 'Pad', 'Tile', 'TopK', 'Einsum', 'Resize', 'If',
  'Loop', 'Scan', 'Attention', 'MultiHeadAttention', 'GroupQueryAttention', 'RotaryEmbedding', 'Identity', 'Trilu', 'CumSum', 'GatherND', 'ScatterND',
  'Flatten', 'DequantizeLinear', 'MatMulNBits', 'Constant', 'Nonsense', 'GroupNormalization', 'BatchNormalization', 'MaxPool', 'AveragePool',
  'ConvTranspose', 'LSTM', 'GridSample', 'OneHot', 'NonZero', 'EyeLike', 'DepthToSpace', 'SkipLayerNormalization', 'EmbedLayerNormalization',
  'QuickGelu', 'FusedMatMul', 'Erf', 'Pow', 'Sqrt', 'Div', 'Mul', 'Dropout', 'QuantizeLinear', 'DynamicQuantizeLinear', 'MatMulInteger', 'Size',
]; // prettier-ignore

/** Each says what it did; null: there was nothing to do. */
const changes: Readonly<Record<string, (m: ModelProto, dice: Dice) => string | null>> = {
  removeNode(m, dice) {
    const [gone] = graphOf(m).node.splice(dice.below(graphOf(m).node.length), 1);
    return gone.name;
  },
  doubleNode(m, dice) {
    const node = clone(NodeProtoSchema, nodeOf(m, dice));
    if (dice.chance(0.7)) node.output = node.output.map((o) => `${o}'`);
    graphOf(m).node.push(node);
    return node.name;
  },
  swapNodes(m, dice) {
    const { node } = graphOf(m);
    const [i, k] = [dice.below(node.length), dice.below(node.length)];
    [node[i], node[k]] = [node[k], node[i]];
    return `${i} ${k}`;
  },
  changeOp(m, dice) {
    const node = nodeOf(m, dice);
    const was = node.opType;
    node.opType = dice.of(ops);
    if (dice.chance(0.2)) node.domain = dice.of(['', 'com.microsoft', 'ai.onnx', 'nowhere']);
    return `${node.name}: ${was} → ${node.domain}:${node.opType}`;
  },
  renameInput(m, dice) {
    const node = nodeOf(m, dice);
    if (node.input.length === 0) return null;
    const i = dice.below(node.input.length);
    node.input[i] = dice.chance(0.1) ? '' : nameOf(m, dice);
    return `${node.name}.${i} ← ${node.input[i]}`;
  },
  renameOutput(m, dice) {
    const node = nodeOf(m, dice);
    if (node.output.length === 0) return null;
    node.output[0] = dice.chance(0.3) ? '' : nameOf(m, dice);
    return `${node.name} → ${node.output[0]}`;
  },
  dropInput(m, dice) {
    const node = nodeOf(m, dice);
    node.input.splice(dice.below(node.input.length + 1), 1);
    return node.name;
  },
  addInput(m, dice) {
    const node = nodeOf(m, dice);
    node.input.push(nameOf(m, dice));
    return node.name;
  },
  addOutput(m, dice) {
    const node = nodeOf(m, dice);
    node.output.push(`${node.name}.more`);
    return node.name;
  },
  dropOutputs(m, dice) {
    const node = nodeOf(m, dice);
    node.output.splice(0);
    return node.name;
  },
  swapInputs(m, dice) {
    const node = nodeOf(m, dice);
    node.input.reverse();
    return node.name;
  },
  changeInts(m, dice) {
    const a = attributeOf(m, dice);
    if (!a) return null;
    a.i = oddInteger(dice);
    if (a.ints.length > 0) a.ints[dice.below(a.ints.length)] = oddInteger(dice);
    if (dice.chance(0.3)) a.ints.push(oddInteger(dice));
    if (dice.chance(0.2)) a.ints.splice(0);
    return `${a.name} = ${a.i} [${a.ints.join()}]`;
  },
  changeFloats(m, dice) {
    const a = attributeOf(m, dice);
    if (!a) return null;
    a.f = oddFloat(dice);
    return `${a.name} = ${a.f}`;
  },
  changeString(m, dice) {
    const a = attributeOf(m, dice);
    if (!a) return null;
    a.s = Uint8Array.from({ length: dice.below(6) }, () => dice.below(256));
    return a.name;
  },
  changeAttributeType(m, dice) {
    const a = attributeOf(m, dice);
    if (!a) return null;
    a.type = dice.below(16);
    return `${a.name}: ${a.type}`;
  },
  renameAttribute(m, dice) {
    const a = attributeOf(m, dice);
    const b = attributeOf(m, dice);
    if (!a || !b) return null;
    a.name = b.name;
    return b.name;
  },
  dropAttribute(m, dice) {
    const node = nodeOf(m, dice);
    node.attribute.splice(dice.below(node.attribute.length + 1), 1);
    return node.name;
  },
  moveAttribute(m, dice) {
    const a = attributeOf(m, dice);
    const node = nodeOf(m, dice);
    if (a) node.attribute.push(a);
    return node.name;
  },
  changeDims(m, dice) {
    const t = tensorOf(m, dice);
    if (!t) return null;
    if (t.dims.length > 0 && dice.chance(0.6)) t.dims[dice.below(t.dims.length)] = oddInteger(dice);
    else if (dice.chance(0.5)) t.dims.push(1n);
    else t.dims.reverse();
    return `${t.name} [${t.dims.join()}]`;
  },
  changeType(m, dice) {
    const t = tensorOf(m, dice);
    if (!t) return null;
    t.dataType = dice.below(30);
    return `${t.name}: ${t.dataType}`;
  },
  changeNumbers(m, dice) {
    const t = tensorOf(m, dice);
    if (!t || t.rawData.length === 0) return null;
    t.rawData = t.rawData.slice();
    if (t.dataType === 7 && dice.chance(0.7))
      new DataView(t.rawData.buffer).setBigInt64(8 * dice.below(t.rawData.length >> 3), oddInteger(dice), true);
    else t.rawData[dice.below(t.rawData.length)] = dice.below(256);
    return t.name;
  },
  cutNumbers(m, dice) {
    const t = tensorOf(m, dice);
    if (!t || t.rawData.length === 0) return null;
    t.rawData = t.rawData.slice(dice.below(t.rawData.length));
    return t.name;
  },
  dropTensor(m, dice) {
    const { initializer } = graphOf(m);
    if (initializer.length === 0) return null;
    return initializer.splice(dice.below(initializer.length), 1)[0].name;
  },
  changeExternal(m, dice) {
    const t = tensorOf(m, dice);
    if (!t || t.externalData.length === 0) return null;
    const e = dice.of(t.externalData);
    e.value = dice.of(['', '-1', '0', '99999999999', 'x', '../model.onnx', '/etc/passwd', 'C:\\x', 'model.onnx', '1e3', '0x10', '\0', '.']); // prettier-ignore
    if (dice.chance(0.2)) t.externalData.pop();
    return `${t.name} ${e.key} = ${e.value}`;
  },
  makeExternal(m, dice) {
    const t = tensorOf(m, dice);
    if (t) t.dataLocation = dice.below(3);
    return t ? t.name : null;
  },
  changeDeclaredShape(m, dice) {
    const g = graphOf(m);
    const infos = [...g.input, ...g.output, ...g.valueInfo];
    const type = dice.of(infos)?.type?.value;
    if (type?.case !== 'tensorType') return null;
    if (dice.chance(0.2)) type.value.elemType = dice.below(28);
    const dims = type.value.shape?.dim ?? [];
    if (dims.length > 0 && dice.chance(0.7)) dice.of(dims).value = { case: 'dimValue', value: oddInteger(dice) };
    else dims.pop();
    return dims.map((d) => String(d.value.value)).join();
  },
  changeOutput(m, dice) {
    const { output } = graphOf(m);
    if (output.length === 0) return null;
    if (dice.chance(0.2)) output.pop();
    else dice.of(output).name = nameOf(m, dice);
    return output.map((o) => o.name).join();
  },
  changeInput(m, dice) {
    const { input } = graphOf(m);
    if (input.length === 0) return null;
    if (dice.chance(0.3)) input.pop();
    else if (dice.chance(0.3)) input.push(dice.of(input));
    else dice.of(input).name = nameOf(m, dice);
    return input.map((o) => o.name).join();
  },
  changeOpset(m, dice) {
    if (m.opsetImport.length === 0) return null;
    const o = dice.of(m.opsetImport);
    if (dice.chance(0.1)) m.opsetImport.pop();
    else if (dice.chance(0.2)) m.irVersion = oddInteger(dice);
    else o.version = dice.chance(0.7) ? BigInt(9 + dice.below(20)) : oddInteger(dice);
    return `${o.domain} ${o.version}`;
  },
};
