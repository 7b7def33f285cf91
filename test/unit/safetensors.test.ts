import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BadFile } from '../../src/shared/errors';
import { readSafetensors, writeSafetensors } from '../../src/shared/safetensors';
import type { DType, Tensor, TensorMap } from '../../src/shared/tensor';

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} satisfies Record<DType, unknown>;

const anyTensor: fc.Arbitrary<Tensor> = fc
  .record({
    dtype: fc.constantFrom(...(Object.keys(arrays) as DType[])),
    dims: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
    seed: fc.integer(),
  })
  .map(({ dtype, dims, seed }) => {
    const count = dims.reduce((n, d) => n * d, 1);
    const bytes = new Uint8Array(count * arrays[dtype].BYTES_PER_ELEMENT).map((_, i) => (seed + i * 37) & 1);
    return { dtype, dims, data: new arrays[dtype](bytes.buffer) };
  });

const anyName = fc.string({ minLength: 1, unit: 'binary' }).filter((s) => s !== '__metadata__');

/** A file with this header, followed by `bytes` of data. */
function file(header: unknown, bytes = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const out = new Uint8Array(8 + json.length + bytes);
  new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true);
  out.set(json, 8);
  return out;
}

const rejects = (bytes: Uint8Array, sentence: RegExp): void =>
  void assert.throws(
    () => readSafetensors(bytes, 'a.safetensors'),
    (e: unknown) => e instanceof BadFile && sentence.test(e.message),
  );

test('what is written is read back, every dtype and shape, in the same order', () => {
  fc.assert(
    fc.property(
      fc.dictionary(anyName, anyTensor),
      fc.dictionary(fc.string(), fc.string()),
      (tensors: TensorMap, metadata) => {
        const read = readSafetensors(writeSafetensors(tensors, metadata));
        assert.deepEqual(Object.keys(read.tensors), Object.keys(tensors));
        for (const [name, tensor] of Object.entries(tensors)) assert.deepEqual(read.tensors[name], tensor);
        assert.deepEqual(Object.entries(read.metadata).sort(), Object.entries(metadata).sort());
      },
    ),
  );
});

test('every tensor lies at a multiple of its element size, and data begins at a multiple of 8', () => {
  fc.assert(
    fc.property(fc.dictionary(anyName, anyTensor), (tensors: TensorMap) => {
      const bytes = writeSafetensors(tensors);
      const { tensors: read } = readSafetensors(bytes);
      for (const { data } of Object.values(read)) {
        assert.equal(data.buffer, bytes.buffer, 'read without a copy');
        assert.equal(data.byteOffset % data.BYTES_PER_ELEMENT, 0);
      }
    }),
  );
});

test('a file at an odd offset of a larger buffer is read by copying', () => {
  const bytes = writeSafetensors({ a: { dtype: 'float64', dims: [2], data: Float64Array.of(1, -2) } });
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  assert.deepEqual(readSafetensors(shifted.subarray(3)).tensors['a']!.data, Float64Array.of(1, -2));
});

test('a damaged file is refused with a sentence that says what is wrong', () => {
  const a = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  rejects(new Uint8Array(3), /a\.safetensors.*it has 3 bytes/);
  rejects(new Uint8Array(16).fill(255), /more than the format's limit/);
  rejects(file({ a }, 8).subarray(0, 20), /truncated or another kind/);
  rejects(file('{"a":'), /no valid JSON/);
  rejects(file('[1]'), /no JSON object/);
  rejects(file({ a }, 4), /tensor "a" ends at byte 8 of 4; the file is truncated/);
  rejects(file({ a }, 12), /4 bytes follow the last tensor/);
  rejects(file({ a: { ...a, shape: [3] } }, 8), /needs 12 bytes and its offsets hold 8/);
  rejects(file({ a: { ...a, shape: [-2] } }, 8), /no valid shape/);
  rejects(file({ a: { ...a, data_offsets: [0] } }, 8), /no valid data offsets/);
  rejects(file({ a: { ...a, dtype: 'F8_E5M2' } }, 8), /the dtype F8_E5M2, which is not supported/);
  rejects(file({ a: { ...a, dtype: 'toString' } }, 8), /dtype toString/);
  rejects(file({ a: 5 }), /is no object/);
  rejects(file({ a, b: { ...a, data_offsets: [4, 12] } }, 12), /tensor "b" overlaps another one/);
  rejects(file({ a: { ...a, data_offsets: [4, 12] } }, 12), /4 unclaimed bytes before tensor "a"/);
  rejects(file({ __metadata__: { a: 1 } }), /metadata is no map of strings/);
});

test('no sequence of bytes makes the reader fail with anything but BadFile', () => {
  const whole = writeSafetensors({ a: { dtype: 'int16', dims: [3], data: Int16Array.of(1, 2, 3) } });
  const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(edits, fc.nat(whole.length), (changes, length) => {
      const bytes = whole.slice(0, length);
      for (const [i, value] of changes) if (i < length) bytes[i] = value;
      try {
        readSafetensors(bytes);
      } catch (error) {
        assert.ok(error instanceof BadFile, String(error));
      }
    }),
    { numRuns: 2000, seed: 1 },
  );
});
