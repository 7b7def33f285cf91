import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ByteSource } from '../../../src/onnx/read/bytes';
import { bytesInMemory } from '../../../src/onnx/read/bytes';
import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto } from '../../../src/onnx/read/messages';
import { readSkeleton } from '../../../src/onnx/read/skeleton';
import { isPlace } from '../../../src/onnx/read/tensor-message';
import { BadFile } from '../../../src/shared/errors';
import { fixtureNames, loadFixture } from '../support/fixture';
import { mutate } from '../support/mutate';
import { numbersOfField, oracleModel } from '../support/oracle-messages';

/** What was read, with bytes in place of places, as the oracle says it. */
function plain(model: ModelProto, source: ByteSource) {
  const tensor = (t: TensorProto) => {
    const places = isPlace(t.raw) ? source.read(t.raw.offset, t.raw.length) : t.raw;
    const numbers: Record<number, (number | bigint)[]> = { 4: [], 5: [], 7: [], 10: [], 11: [] };
    for (const [field, bytes] of t.numbers ?? []) numbers[field] = numbersOfField(field, bytes);
    return {
      ...t,
      externalData: [...(t.externalData ?? [])],
      stringData: t.stringData ?? [],
      raw: Buffer.from(places ?? []),
      numbers,
    };
  };
  const attribute = (a: AttributeProto) => ({ ...a, t: a.t && tensor(a.t), g: a.g && graph(a.g) });
  const node = (n: NodeProto) => ({ ...n, attribute: n.attribute.map(attribute) });
  const graph = (g: GraphProto): object => ({ ...g, node: g.node.map(node), initializer: g.initializer.map(tensor) });
  const functions = model.functions.map((f) => ({
    ...f,
    node: f.node.map(node),
    attributeProto: f.attributeProto.map(attribute),
  }));
  return { ...model, graph: model.graph && graph(model.graph), functions };
}

/** Both readings of a file: of the whole, and of what the skeleton leaves in place. */
function readings(bytes: Uint8Array) {
  const source = bytesInMemory(bytes);
  return [false, true].map((leaves) => plain(readSkeleton(source, leaves), source));
}

for (const name of fixtureNames())
  test(`${name}: the messages are those that @bufbuild/protobuf reads`, () => {
    const bytes = new Uint8Array(readFileSync(loadFixture(name).model));
    const expected = oracleModel(bytes);
    for (const actual of readings(bytes)) assert.deepEqual(actual, expected);
  });

test('so are those of damaged files that both can read; others are bad files', () => {
  let both = 0;
  const names = ['gpt2-past.dynamo18', 'bert.int8', 't5.dynamo18', 'gpt2.fp16'];
  for (const name of names) {
    const bytes = new Uint8Array(readFileSync(loadFixture(name).model));
    for (let seed = 50_000; seed < 50_075; seed++) {
      const mutant = mutate(bytes, seed);
      let actual;
      try {
        [actual] = readings(mutant.bytes);
      } catch (error) {
        assert.ok(error instanceof BadFile, `${name} ${seed}: ${String(error)}`);
        continue;
      }
      let expected;
      try {
        expected = oracleModel(mutant.bytes);
      } catch {
        continue; // It looks into metadata as well.
      }
      assert.deepEqual(actual, expected, `${name}, seed ${seed}: ${mutant.what}`);
      both++;
    }
  }
  assert.ok(both > 200, `${both}`);
});
