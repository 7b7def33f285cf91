import assert from 'node:assert/strict';
import { Builder } from '../../../src/onnx/graph/builder';
import { symbol } from '../../../src/onnx/graph/dims';
import { encodeModel } from '../../../src/onnx/encode';
import type { Attributes, Value } from '../../../src/onnx/graph/graph';
import { Graph, Node } from '../../../src/onnx/graph/graph';
import { inferGraph } from '../../../src/onnx/shapes/infer';
import type { OnnxDType } from '../../../src/onnx/graph/tensor';
import { backward } from '../../../src/onnx/vjp/backward';
import type { Tensor, TensorMap } from '../../../src/shared/tensor';
import { elementCount, floatTensor } from '../../../src/shared/tensor';
import { createSession } from './ort';

/** One node, drawn with concrete numbers, whose rule is held against finite differences in ONNX Runtime. */
export interface VjpCase {
  /** `Softmax`, or `com.microsoft:QuickGelu`. */
  readonly op: string;
  readonly inputs: readonly (Tensor | null)[];
  /** Inputs to differentiate; the other ones are constants (initializers). Default: all float32 inputs. */
  readonly wrt?: readonly number[];
  /** Inputs that are given at run time but not differentiated: indices, sizes that the file does not tell. Default: none. */
  readonly fed?: readonly number[];
  readonly attributes?: Attributes;
  readonly opset?: number;
  /** Number of the node's outputs; the first `targets` of them carry cotangents (default 1). */
  readonly outputs?: number;
  /** Outputs that carry cotangents; default [0]. */
  readonly targets?: readonly number[];
  /** Axis sizes of the inputs are symbols in the graph; default false. */
  readonly symbolic?: boolean;
  /** Shapes of the inputs are not declared at all; default false. */
  readonly unknownShapes?: boolean;
  /** Number of cotangents K; default 2. */
  readonly k?: number;
  /** Step of the difference; default 0.01. Linear ops may take a large one. */
  readonly step?: number;
  /** Relative to the sum of magnitudes; default 2e-3. */
  readonly tolerance?: number;
  /** What the differences are taken of, where it is not the node itself (straight-through rules): same inputs and outputs. */
  readonly reference?: (inputs: readonly (Tensor | null)[]) => readonly Tensor[];
}

/** Deterministic numbers in [−1, 1). */
export function noise(seed: number): () => number {
  let s = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    s ^= s << 13;
    s >>>= 0;
    s ^= s >>> 17;
    s ^= s << 5;
    s >>>= 0;
    return s / 2 ** 31 - 1;
  };
}

export function randomTensor(dims: readonly number[], seed: number, low = -1, high = 1): Tensor {
  const next = noise(seed + 1);
  return floatTensor(
    dims,
    Float32Array.from({ length: elementCount(dims) }, () => low + ((next() + 1) / 2) * (high - low)),
  );
}

/** @returns the worst relative error */
export async function checkVjp(c: VjpCase): Promise<number> {
  const { forward, augmented, wrt, targets } = build(c);
  const f = c.reference
    ? (feeds: TensorMap) => Promise.resolve(named(c.reference!(c.inputs.map((t, i) => feeds[`x${i}`] ?? t))))
    : await createSession(forward);
  const feeds = Object.fromEntries(
    c.inputs.flatMap((t, i) => (t && (wrt.includes(i) || c.fed?.includes(i)) ? [[`x${i}`, t]] : [])),
  );
  const y = await f(feeds);
  const k = c.k ?? 2;
  const seeds = Object.fromEntries(targets.map((o) => [`seed${o}`, randomTensor([k, ...y[`y${o}`].dims], 1000 + o)]));
  const x̄ = await (await createSession(augmented))({ ...feeds, ...seeds });

  let worst = 0;
  for (const i of wrt) {
    const x = c.inputs[i] as Tensor;
    const given = x̄[`cotangent${i}`];
    assert.ok(given, `${c.op}: no cotangent for input ${i}`);
    assert.deepEqual([...given.dims], [k, ...x.dims], `${c.op}: shape of the cotangent of input ${i}`);
    for (let direction = 0; direction < 3; direction++) {
      const d = randomTensor(x.dims, 77 + direction + 10 * i).data as Float32Array;
      const differences = await directional(f, feeds, `x${i}`, x, d, seeds, targets, k, c.step ?? 0.01);
      const n = d.length;
      for (let t = 0; t < k; t++) {
        let expected = 0;
        let size = 1e-3;
        const g = given.data as Float32Array;
        for (let j = 0; j < n; j++) {
          expected += g[t * n + j] * d[j];
          size += Math.abs(g[t * n + j] * d[j]);
        }
        const error = Math.abs(differences[t] - expected) / size;
        worst = Math.max(worst, error);
        assert.ok(
          error <= (c.tolerance ?? 2e-3),
          `${c.op}: input ${i}, target ${t}: rule ${expected}, difference ${differences[t]} (relative ${error.toExponential(1)})\n${describe(c)}`,
        );
      }
    }
  }
  return worst;
}

const named = (tensors: readonly Tensor[]): TensorMap => Object.fromEntries(tensors.map((t, i) => [`y${i}`, t]));

const describe = (c: VjpCase): string =>
  JSON.stringify({
    op: c.op,
    shapes: c.inputs.map((t) => t && [t.dtype, ...t.dims]),
    attributes: c.attributes,
    opset: c.opset,
    symbolic: c.symbolic,
  });

type Run = (feeds: TensorMap) => Promise<TensorMap>;

/** Fourth-order central difference of Σ seed ⊙ y along d, for each of the K seeds. */
async function directional(
  f: Run,
  feeds: TensorMap,
  name: string,
  x: Tensor,
  d: Float32Array,
  seeds: TensorMap,
  targets: readonly number[],
  k: number,
  h: number,
): Promise<number[]> {
  const at = async (s: number) => {
    const moved = floatTensor(
      x.dims,
      Float32Array.from(x.data as Float32Array, (v, j) => v + s * d[j]),
    );
    const y = await f({ ...feeds, [name]: moved });
    return Array.from({ length: k }, (_, t) => {
      let sum = 0;
      for (const o of targets) {
        const out = y[`y${o}`].data as Float32Array;
        const seed = seeds[`seed${o}`].data as Float32Array;
        for (let j = 0; j < out.length; j++) sum += seed[t * out.length + j] * Number(out[j]);
      }
      return sum;
    });
  };
  const [a, b, p, q] = [await at(h), await at(-h), await at(2 * h), await at(-2 * h)];
  return a.map((_, t) => (8 * (a[t] - b[t]) - (p[t] - q[t])) / (12 * h));
}

function build(c: VjpCase) {
  const wrt = c.wrt ?? c.inputs.flatMap((t, i) => (t?.dtype === 'float32' ? [i] : []));
  const targets = c.targets ?? [0];
  const make = () => {
    const graph = new Graph('case');
    graph.opsets.set('', c.opset ?? 18);
    const [domain, op] = c.op.includes(':') ? c.op.split(':') : ['', c.op];
    if (domain) graph.opsets.set(domain, 1);
    const inputs = c.inputs.map((t, i): Value | undefined => {
      if (!t) return undefined;
      if (!wrt.includes(i) && !c.fed?.includes(i))
        return graph.constant({ dtype: t.dtype as OnnxDType, dims: t.dims, data: bytesOf(t) }, `c${i}`);
      const v = graph.value(`x${i}`);
      v.dtype = t.dtype as OnnxDType;
      if (!c.unknownShapes)
        v.shape =
          c.symbolic && !(c.fed?.includes(i) && t.dims.length === 1)
            ? t.dims.map((s) => (s === 1 ? 1 : symbol(`d${s}`)))
            : t.dims;
      graph.inputs.push(v);
      return v;
    });
    const outputs = Array.from({ length: c.outputs ?? 1 }, (_, i) => graph.value(`y${i}`));
    graph.append(new Node(op, domain, 'node', inputs, outputs, c.attributes ?? {}));
    inferGraph(graph);
    for (const o of targets) {
      outputs[o].dtype ??= 'float32';
      graph.outputs.push(outputs[o]);
    }
    return { graph, inputs, outputs };
  };
  const plain = make();
  const { graph, inputs, outputs } = make();
  const seeds = targets.map((o) => {
    const cotangent = graph.value(`seed${o}`);
    cotangent.dtype = 'float32';
    if (outputs[o].shape) cotangent.shape = [symbol('K'), ...outputs[o].shape];
    graph.inputs.push(cotangent);
    return { value: outputs[o], cotangent };
  });
  const g = new Builder(graph);
  const results = backward(
    g,
    seeds,
    wrt.map((i) => inputs[i] as Value),
  );
  graph.outputs.length = 0;
  for (const i of wrt) {
    const x̄ = results.get(inputs[i] as Value);
    if (!x̄) continue;
    const out = graph.value(`cotangent${i}`);
    out.dtype = 'float32';
    graph.append(new Node('Identity', '', `out${i}`, [x̄], [out], {}));
    graph.outputs.push(out);
  }
  return { forward: encodeModel(plain.graph), augmented: encodeModel(graph), wrt, targets };
}

const bytesOf = (t: Tensor): Uint8Array => new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength);
