import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { DataFiles } from '../../../src/onnx/read/data-files';
import { encodeModel } from '../../../src/onnx/encode';
import type { Attributes } from '../../../src/onnx/graph/graph';
import { Graph, Node, Value } from '../../../src/onnx/graph/graph';
import { ModelProtoSchema } from '../support/onnx_pb';
import type { ConstantTensor } from '../../../src/onnx/graph/tensor';
import { decodeBytes } from '../support/decode';
import { fixtureNames, loadFixture } from '../support/fixture';

const parsed = (graph: Graph) => fromBinary(ModelProtoSchema, encodeModel(graph));

const textOf = ({ data }: ConstantTensor): unknown =>
  data instanceof Uint8Array ? Buffer.from(data).toString('base64') : data;

/** Everything that a graph says, but for constants that nobody reads. */
const said = (graph: Graph) => ({
  nodes: graph.nodes.map((n) => [String(n), n.name, n.attributes]),
  inputs: graph.inputs.map(String),
  outputs: graph.outputs.map(String),
  constants: [...graph.values.values()]
    .filter((v) => v.tensor && (v.consumers.size > 0 || graph.outputs.includes(v)))
    .map((v) => [v.name, v.tensor?.dtype, v.tensor?.dims, v.tensor && textOf(v.tensor)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  opset: graph.opset,
});

for (const name of fixtureNames())
  test(`${name}: what is written is what was read`, () => {
    const { model } = loadFixture(name);
    const files = new DataFiles(model);
    const first = decodeBytes(new Uint8Array(readFileSync(model)), files);
    const again = decodeBytes(encodeModel(first), files);
    files.close();
    assert.deepEqual(said(again), said(first));
  });

function graphOf(attributes: Attributes, op = 'Relu', domain = ''): Graph {
  const graph = new Graph();
  const [x, y] = ['x', 'y'].map((n) => graph.value(n));
  x.dtype = y.dtype = 'float32';
  graph.inputs.push(x);
  graph.outputs.push(y);
  graph.opsets.set('', 18).set('com.microsoft', 1).set('com.nobody', 7);
  graph.append(new Node(op, domain, 'n', [x], [y], attributes));
  return graph;
}

test('attributes keep their kind: 1 is no 1.0, an empty list of floats none of ints', () => {
  const attributes: Attributes = {
    int: 1,
    float: { float: 1 },
    ints: [1, -1],
    floats: { float: [1, 0.5] },
    noInts: [],
    noFloats: { float: [] },
    text: 'é',
    empty: '',
    texts: ['a', ''],
    most: 2 ** 63,
    least: -(2 ** 63),
    tensor: { dtype: 'float32', dims: [], data: new Uint8Array(4) },
    words: { dtype: 'string', dims: [2], data: ['a', 'ß'] },
  };
  const graph = decodeBytes(encodeModel(graphOf(attributes)));
  assert.deepEqual(graph.nodes[0].attributes, attributes);
  const types = Object.fromEntries(parsed(graphOf(attributes)).graph?.node[0].attribute.map((a) => [a.name, a.type]) ?? []); // prettier-ignore
  assert.deepEqual([types.noInts, types.noFloats, types.int, types.float], [7, 6, 2, 1]);
  const most = parsed(graphOf(attributes)).graph?.node[0].attribute.find((a) => a.name === 'most');
  assert.equal(most?.i, 2n ** 63n - 1n);
});

test('only the opsets that nodes use are imported', () => {
  const domains = (graph: Graph) => parsed(graph).opsetImport.map((o) => [o.domain, Number(o.version)]);
  assert.deepEqual(domains(graphOf({})), [['', 18]]);
  assert.deepEqual(domains(graphOf({}, 'Gelu', 'com.microsoft')), [['', 18], ['com.microsoft', 1]]); // prettier-ignore
});

test('the IR version is the one that came with the opset', () => {
  for (const [opset, ir] of [
    [18, 10],
    [21, 10],
    [23, 11],
    [24, 12],
    [25, 13],
    [26, 13],
  ] as const) {
    // prettier-ignore
    const graph = graphOf({});
    graph.opsets.set('', opset);
    assert.equal(Number(parsed(graph).irVersion), ir);
  }
});

test('two nodes of one name get two names, for ONNX Runtime refuses them', () => {
  const graph = graphOf({});
  for (const name of ['n', '', '', 'n', 'n~2'])
    graph.append(new Node('Relu', '', name, [graph.inputs[0]], [graph.newValue('t')], {}));
  const names = parsed(graph).graph?.node.map((n) => n.name) ?? [];
  const given = names.filter((n) => n !== '');
  assert.equal(new Set(given).size, given.length);
  assert.equal(names.length, 6);
});

test('left-out inputs and outputs keep their places, and end with the last that is there', () => {
  const graph = graphOf({});
  const x = graph.inputs[0];
  graph.append(new Node('Clip', '', 'c', [x, undefined, x, undefined], [undefined, graph.value('z'), undefined], {}));
  const node = parsed(graph).graph?.node[1];
  assert.deepEqual(node?.input, ['x', '', 'x']);
  assert.deepEqual(node?.output, ['', 'z']);
});

test('sizes that are computed, and values without a type, are left to the runtime', () => {
  const graph = graphOf({});
  graph.inputs[0].shape = ['$batch', 3, '2*$batch', '(+1 + $past)', 'dim($x,0)'];
  graph.outputs.push(new Value('nothing'));
  const [input] = parsed(graph).graph?.input ?? [];
  const type = input.type?.value;
  assert.ok(type?.case === 'tensorType');
  assert.deepEqual(type.value.shape?.dim.map((d) => d.value.value), ['batch', 3n, undefined, undefined, undefined]); // prettier-ignore
  assert.equal(parsed(graph).graph?.output[1].type, undefined);
});
