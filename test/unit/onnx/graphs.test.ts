import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openModelFile } from '../../../src/onnx/open';
import { buildTrace } from '../../../src/onnx/trace';
import { BadFile, UnsupportedModel } from '../../../src/shared/errors';
import type { Tensor, TensorMap } from '../../../src/shared/tensor';
import { createSession } from '../support/ort';

// One corner of the format each; scripts/fixtures/graphs.py makes them.
const folder = join(process.cwd(), 'test/fixtures/graphs');
const names = readdirSync(folder).map((f) => f.replace(/\.onnx$/, ''));
const at = (name: string) => join(folder, `${name}.onnx`);

const x: Tensor = { dtype: 'float32', dims: [2, 3], data: Float32Array.of(-1.5, -0.25, 0, 0.75, 1, 2) };

/** x [2, 3], and flag [1] where there is one. */
const feedsFor = (flag: boolean): TensorMap => ({
  x,
  unused: x,
  flag: { dtype: 'bool', dims: [1], data: Uint8Array.of(Number(flag)) },
});

/** The outputs of the model as it is opened here: shapes of the inputs and the flag are known. */
async function opened(name: string, flag: boolean): Promise<TensorMap> {
  const model = openModelFile(at(name), { conditions: { flag }, inputShapes: { x: x.dims } });
  const { bytes, folder } = buildTrace(model, { outputs: model.outputs, attentions: [], passes: [] });
  return (await createSession(bytes, folder ?? undefined))(feedsFor(flag));
}

const close = (actual: Tensor, expected: Tensor, tolerance: number, what: string): void => {
  assert.deepEqual(actual.dims, expected.dims, what);
  const [a, e] = [actual, expected].map((t) => Array.from(t.data as Float32Array, Number));
  a.forEach((v, i) => assert.ok(Math.abs(v - e[i]) <= tolerance * Math.max(1, Math.abs(e[i])), `${what}: ${a} ≠ ${e}`));
};

for (const name of names.filter((n) => !/^(refused|damaged|lenient|half-io)/.test(n)))
  test(`${name}: opened here, the model gives what it gives in ONNX Runtime`, async () => {
    const original = readFileSync(at(name));
    for (const flag of [true, false]) {
      const expected = await (await createSession(original))(feedsFor(flag));
      const actual = await opened(name, flag);
      assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort());
      for (const [output, e] of Object.entries(expected)) {
        if ((e.dtype as string) === 'string') assert.deepEqual(actual[output].data, e.data);
        else close(actual[output], e.dtype === 'float16' ? halfToFloat32(e) : e, name.startsWith('half') ? 2e-3 : 1e-6, `${output}, flag ${flag}`); // prettier-ignore
      }
    }
  });

function halfToFloat32(t: Tensor): Tensor {
  const bits = t.data as unknown as Uint16Array;
  const value = (h: number) => {
    const [sign, exponent, fraction] = [h & 0x8000 ? -1 : 1, (h >> 10) & 31, h & 1023];
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
  };
  return bits instanceof Uint16Array ? { ...t, data: Float32Array.from(bits, value) } : t;
}

test('a half-precision model takes and gives float32', async () => {
  const { y } = await opened('half-io', true);
  assert.equal(y.dtype, 'float32');
  const sums = [0, 1].map((row) => (y.data as Float32Array).slice(400 * row, 400 * row + 400).reduce((a, b) => a + b));
  for (const sum of sums) assert.ok(Math.abs(sum - 1) < 1e-5);
});

test('no half-precision value is left where ONNX Runtime would meet two types', () => {
  for (const name of names.filter((n) => /^(half|double|brain)/.test(n))) {
    const { graph, warnings } = openModelFile(at(name), { conditions: { flag: false } });
    for (const v of graph.values.values())
      if (v.producer || graph.inputs.includes(v))
        assert.ok(!['float16', 'bfloat16', 'float64'].includes(v.dtype ?? ''), `${name}: ${String(v)}`);
    assert.equal(warnings.some((w) => w.includes('computes in')), name !== 'brain-cast', name); // prettier-ignore
  }
});

test('a function may hand on its inputs in another order', async () => {
  const { y } = await opened('lenient-function-outputs-are-inputs', true);
  close(y, { ...x, data: (x.data as Float32Array).map((v) => -2 * v) }, 0, 'y');
});

test('a generator of half-precision numbers makes float32', async () => {
  const { y } = await opened('lenient-half-eye', true);
  close(y, { ...x, data: (x.data as Float32Array).map((v, i) => v + Number(i % 4 === 0)) }, 0, 'y');
});

test('a branch may return a value of the graph around it, a constant, and one value twice', async () => {
  for (const flag of [true, false]) {
    const { y, r, s } = await opened('lenient-if-outputs', flag);
    const v = (x.data as Float32Array).map((a) => (flag ? -a : Math.exp(a)));
    close(y, { ...x, data: (x.data as Float32Array).map((a) => Math.abs(a) * (flag ? 2 : 3)) }, 1e-6, 'y');
    close(r, { ...x, data: v }, 1e-6, 'r');
    close(s, { ...x, data: v }, 1e-6, 's');
  }
});

test('the input that chose a branch is no input any more, unless something else reads it', () => {
  const inputsOf = (name: string) =>
    openModelFile(at(name), { conditions: { flag: true } }).graph.inputs.map((v) => v.name);
  assert.deepEqual(inputsOf('if-input'), ['x']);
  assert.deepEqual(inputsOf('if-not-input'), ['x', 'flag']);
});

const refusals: Readonly<Record<string, readonly [new (m: string) => Error, RegExp]>> = {
  'refused-if-data': [UnsupportedModel, /"\/decide" is an If .*depends on data/],
  'refused-loop': [UnsupportedModel, /"\/loop" is a Loop/],
  'refused-scan': [UnsupportedModel, /"\/scan" is a Scan/],
  'refused-sequence-map': [UnsupportedModel, /"\/map" is a SequenceMap/],
  'refused-sparse': [UnsupportedModel, /"thin" is sparse/],
  'refused-function-bomb': [UnsupportedModel, /functions stand for more than/],
  'damaged-cycle': [BadFile, /needs its own result/],
  'damaged-function-recursion': [BadFile, /"F" calls itself/],
};

for (const [name, [kind, text]] of Object.entries(refusals))
  test(`${name}: refused by name`, () => {
    assert.throws(() => openModelFile(at(name)), (e) => e instanceof kind && text.test(e.message)); // prettier-ignore
  });

test('an If on a boolean input without a value says what to do', () => {
  assert.throws(() => openModelFile(at('if-input')), /give its boolean input a value/);
});

test('every file of the folder is covered', () => {
  const special = ['half-io', 'lenient-half-eye', 'lenient-function-outputs-are-inputs', 'lenient-if-outputs'];
  const missing = names.filter((n) => /^(refused|damaged|lenient)/.test(n) && !refusals[n] && !special.includes(n));
  assert.deepEqual(missing, []);
});
