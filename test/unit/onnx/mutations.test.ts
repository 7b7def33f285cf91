import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { EngineClient } from '../../../src/engine/client';
import { LensError } from '../../../src/shared/errors';
import { loadFixture, targetText } from '../support/fixture';
import { judge, mutantPath, patientOf } from '../support/mutants';
import { mutate } from '../support/mutate';
import { bundleEngine } from '../support/build';

// MUTANTS=50000 npm test -- mutations: a long campaign. Seeds are fixed; MUTANTS_FROM starts elsewhere.
const asked = Number(process.env.MUTANTS ?? 0);
const from = Number(process.env.MUTANTS_FROM ?? 0);
/** Each the smallest file of its kind: dynamo, fused, external weights, integers, 4 bits, half precision, encoder and decoder. */
const fixtures = ['gpt2-past.dynamo18', 'bert-seqcls.ort-fused', 'bert.external', 'bert.int8', 'clip.q4', 'gpt2.fp16', 't5.dynamo18']; // prettier-ignore
/** For the whole of this file, unless a number is asked for. */
const budgetMs = 25_000;

const patients = fixtures.map((name) => {
  const fixture = loadFixture(name);
  return { fixture, patient: patientOf(fixture) };
});
after(() => patients.forEach(({ patient }) => rmSync(patient.folder, { recursive: true })));

test('a damaged or odd model is traced or refused, with an error of its class, soon, and in little memory', () => {
  const until = asked > 0 ? Infinity : performance.now() + budgetMs;
  const count = Math.ceil((asked || 3500) / patients.length);
  const faults: string[] = [];
  const outcomes: Record<string, number> = {};
  let [slowest, done] = [0, 0];
  for (let seed = from; seed < from + count && performance.now() < until; seed++)
    for (const { fixture, patient } of patients) {
      const { bytes, what } = mutate(patient.skeleton, seed);
      const { ms, outcome, fault } = judge(patient, bytes, fixture, seed % 2 === 0);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      slowest = Math.max(slowest, ms);
      done++;
      if (fault || ms > 5000) faults.push(`${fixture.name}, seed ${seed} (${what}), ${ms.toFixed(0)} ms: ${fault}`);
    }
  console.log(`# ${done} mutants: ${JSON.stringify(outcomes)}, slowest ${slowest.toFixed(0)} ms`);
  assert.deepEqual(faults, []);
  assert.ok(done >= 500 && outcomes.traced > 0 && outcomes['bad-file'] > 0);
  assert.ok(process.memoryUsage().heapUsed < 600e6);
});

const kinds: ReadonlySet<string> = new Set(['usage', 'unsupported-model', 'bad-file', 'out-of-memory', 'crashed']);

test(
  'the engine answers every mutant with a result or an error of its class, and goes on',
  { timeout: 300_000 },
  async () => {
    mkdirSync('node_modules/.cache', { recursive: true });
    const folder = mkdtempSync(join('node_modules/.cache', 'mutants-'));
    const enginePath = join(folder, 'engine.cjs');
    await bundleEngine(folder);
    const engine = new EngineClient({ enginePath, restartBudget: { count: Infinity, windowMs: 1 } });
    const outcomes: Record<string, number> = {};
    const faults: string[] = [];
    const until = asked > 0 ? Infinity : performance.now() + budgetMs;
    const count = Math.ceil((asked ? asked / 20 : 210) / patients.length);
    try {
      for (let seed = 10_000 + from; seed < 10_000 + from + count && performance.now() < until; seed++)
        for (const { fixture, patient } of patients) {
          const { bytes, what } = mutate(patient.skeleton, seed);
          const path = mutantPath(patient);
          writeFileSync(path, bytes);
          const targets = fixture.meta.targets.slice(0, 1).map(targetText);
          const params = { model: path, inputs: fixture.inputs, targets, session: { threads: 1 } };
          const signal = AbortSignal.timeout(20_000);
          const outcome = await engine.call('trace', params, { signal }).then(
            () => 'result',
            (error: unknown) => {
              const kind = error instanceof LensError ? error.kind : 'fault';
              if (!kinds.has(kind)) faults.push(`${fixture.name}, seed ${seed} (${what}): ${kind}: ${String(error)}`);
              return kind;
            },
          );
          outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        }
      console.log(`# through the engine: ${JSON.stringify(outcomes)}`);
      assert.deepEqual(faults, []);
      // It still works.
      const { fixture } = patients[0];
      const sound = { model: fixture.model, inputs: fixture.inputs, targets: [], session: { threads: 1 } };
      assert.ok((await engine.call('trace', sound)).report.attentions.length > 0);
    } finally {
      await engine.dispose();
      rmSync(folder, { recursive: true });
    }
  },
);
