import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { buildSync } from 'esbuild';

/** Names of suites, to run them alone: ATTENTION_LENS_SUITES=engine,files. */
const only = process.env.ATTENTION_LENS_SUITES?.split(',') ?? [];

/** Runs test/host/suite/*.ts with mocha inside a real extension host, and fails with what failed there. */
test('inside the extension host', { timeout: 9 * 60_000 }, async () => {
  const out = resolve('out/test/host');
  const report = join(out, 'report.txt');
  rmSync(out, { recursive: true, force: true });
  buildSync({
    entryPoints: ['test/host/suite/index.ts'],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: join(out, 'index.cjs'),
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    define: { REPORT_FILE: JSON.stringify(report), ONLY: JSON.stringify(only) },
  });
  const workspace = mkdtempSync(join(tmpdir(), 'attention-lens-host-'));
  cpSync('media/samples', workspace, { recursive: true });
  try {
    await runTests({
      vscodeExecutablePath: await executable(),
      extensionDevelopmentPath: process.cwd(),
      extensionTestsPath: join(out, 'index.cjs'),
      extensionTestsEnv: { WORKBENCH_TIMEOUT_S: '500' },
      launchArgs: [workspace, '--disable-extensions'],
    });
  } catch (error) {
    throw new Error(`Tests failed in the extension host:\n${textOf(report)}`, { cause: error });
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
  console.log(textOf(report));
});

/** Desktop VS Code where there is a screen and it can be downloaded; else the stand-in, which is code-server and headless Chromium. */
async function executable(): Promise<string> {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  const standIn = resolve('scripts/workbench/vscode.mjs');
  if (process.platform === 'linux' && !process.env.DISPLAY) return standIn;
  try {
    return await downloadAndUnzipVSCode({ cachePath: resolve('.cache/vscode') });
  } catch (error) {
    if (process.platform !== 'linux') throw error;
    console.error('Desktop VS Code cannot be downloaded here; the tests run in code-server.');
    return standIn;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return 'Nothing was reported: the extension host did not reach the tests.';
  }
}
