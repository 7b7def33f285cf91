import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineClient } from '../../src/engine/client';
import { loadCompiled } from '../../src/engine/compiled';
import { doing, testEngine } from './support/engine';
import { bundleEngine } from './support/build';

const root = mkdtempSync(join(tmpdir(), 'attention-lens-compiled-'));
after(() => rmSync(root, { recursive: true }));

interface Answer {
  readonly answer: (of: number) => number;
  readonly place: readonly string[];
}

/** A module that has to be loaded as CommonJS modules are. */
function moduleIn(name: string, factor = 2): { file: string; folder: string } {
  const file = join(root, `${name}.cjs`);
  const lines = [
    `const { join } = require('node:path');`,
    `exports.answer = (of) => ${factor} * of;`,
    `exports.place = [join(__dirname, 'x'), __filename];`,
  ];
  writeFileSync(file, lines.join('\n'));
  return { file, folder: join(root, `${name}-code`) };
}

const codeIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []); // prettier-ignore

test('compiled code is kept for the next process, which loads the same module', () => {
  const { file, folder } = moduleIn('kept');
  const first = loadCompiled<Answer>(file, folder);
  assert.equal(first.exports.answer(21), 42);
  assert.deepEqual(first.exports.place, [join(root, 'x'), file]);
  assert.deepEqual(codeIn(folder), []);
  first.keep();
  const [code, ...others] = codeIn(folder);
  assert.deepEqual(others, []);
  // Nobody else may write there: it is code.
  if (process.platform !== 'win32') assert.equal(statSync(folder).mode & 0o077, 0);

  utimesSync(code, 1, 1);
  const second = loadCompiled<Answer>(file, folder);
  assert.equal(second.exports.answer(4), 8);
  assert.deepEqual(second.exports.place, first.exports.place);
  // It was taken, and so is not written again.
  second.keep();
  assert.equal(statSync(code).mtimeMs, 1000);
});

test('code that is damaged, or is of another module, is not taken', () => {
  const { file, folder } = moduleIn('damaged');
  loadCompiled<Answer>(file, folder).keep();
  const [code] = codeIn(folder);
  const sound = readFileSync(code);
  for (const damage of [sound.subarray(0, 100), new Uint8Array(0), sound.with(sound.length - 50, sound.at(-50)! ^ 1)]) {
    writeFileSync(code, damage);
    const loaded = loadCompiled<Answer>(file, folder);
    assert.equal(loaded.exports.answer(21), 42);
    loaded.keep();
    assert.equal(readFileSync(code).length > 100, true);
    assert.notDeepEqual(readFileSync(code), Buffer.from(damage));
  }
  // Of the same length.
  moduleIn('damaged', 3);
  utimesSync(file, 7, 7);
  const changed = loadCompiled<Answer>(file, folder);
  assert.equal(changed.exports.answer(21), 63);
  changed.keep();
  assert.equal(codeIn(folder).length, 1);
  assert.notEqual(codeIn(folder)[0], code);
});

test('without a folder, or in one that cannot be made, a module loads all the same', () => {
  const { file } = moduleIn('nowhere');
  for (const folder of [null, join(file, 'no folder')]) {
    const { exports, keep } = loadCompiled<Answer>(file, folder);
    keep();
    assert.equal(exports.answer(1), 2);
  }
});

test('an engine keeps its code when it rests, and one that finds it works as before', { timeout: 60_000 }, async () => {
  // Inside node_modules, so that the bundle finds the native packages.
  const folder = mkdtempSync(join(process.cwd(), 'node_modules/.cache/compiled-'));
  const codeFolder = join(folder, 'code');
  try {
    await bundleEngine(folder);
    const logits = async (thenRests: boolean): Promise<unknown> => {
      const engine = new EngineClient({ enginePath: join(folder, 'engine.cjs'), codeFolder });
      try {
        const image = { path: join(process.cwd(), 'media/samples/space.png') };
        const model = join(process.cwd(), 'models/emoji-clip');
        const asked = { image, prompts: ['a cow', 'a rocket'], model, onLongPrompt: 'error', session: {} } as const;
        const { prompts } = await engine.call('explainRows', asked);
        for (let i = 0; thenRests && i < 100 && codeIn(codeFolder).length === 0; i++) await delay(100);
        return prompts.map(({ logit }) => logit);
      } finally {
        await engine.dispose();
      }
    };
    const first = await logits(true);
    const [code, ...others] = codeIn(codeFolder);
    assert.deepEqual(others, []);
    assert.ok(statSync(code).size > 100_000);
    assert.deepEqual(await logits(false), first);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('after a crash an engine begins without the code of the one before', { timeout: 60_000 }, async () => {
  const codeFolder = join(root, 'of-engines');
  const engine = testEngine({ codeFolder });
  const passed = async (): Promise<unknown> => (await engine.call('trace', doing('arguments'))).tensors['count']?.data;
  try {
    assert.deepEqual(await passed(), BigInt64Array.of(1n));
    await assert.rejects(engine.call('trace', doing('abort')));
    assert.deepEqual(await passed(), BigInt64Array.of(0n));
  } finally {
    await engine.dispose();
  }
});
