import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Uri } from 'vscode';
import { extension, lens } from '../support/lens';
import { nativeLibraries } from '../support/native';
import { note } from '../support/notes';

/** First of all suites: later ones have explained something. */
export function activation(): void {
  it('has not happened before somebody wants something', () => {
    assert.equal(extension.isActive, false);
  });

  it('only registers: no engine, nothing native', async () => {
    const begun = performance.now();
    const { testing } = await extension.activate();
    const outside = performance.now() - begun;
    note(
      `activate() ${testing.activationMs.toFixed(1)} ms; with loading and VS Code’s own part ${outside.toFixed(1)} ms`,
    );
    assert.ok(extension.isActive);
    assert.equal(testing.engine.state, 'stopped');
    assert.equal(testing.engine.pid, null);
    assert.deepEqual(nativeLibraries(), []);
    assert.equal(testing.panels.all.length, 0);
  });

  it('loads its script quickly', () => {
    // Copies, so that neither Node nor V8 knows them; the scripts only declare when they are loaded.
    const load = createRequire(__filename);
    const times = [1, 2, 3, 4, 5].map((copy) => {
      const folder = Uri.joinPath(extension.extensionUri, 'out/test/host', `extension-${copy}`);
      for (const part of ['extension.cjs', 'extension'])
        cpSync(Uri.joinPath(extension.extensionUri, 'dist', part).fsPath, Uri.joinPath(folder, part).fsPath, {
          recursive: true,
        });
      const before = process.cpuUsage();
      load(Uri.joinPath(folder, 'extension.cjs').fsPath);
      const { user, system } = process.cpuUsage(before);
      rmSync(folder.fsPath, { recursive: true });
      return (user + system) / 1000;
    });
    note(`loading the script: ${times.map((ms) => ms.toFixed(1)).join(', ')} ms of the processor`);
    // It takes 10 to 15 on the slow machine that this was measured on, and took 45 before what is heavy was put off.
    assert.ok(Math.min(...times) < 40, times.join(', '));
  });

  it('gives a versioned API', async () => {
    const api = await lens();
    assert.equal(api.version, 1);
    assert.deepEqual(Object.keys(api).sort(), ['explain', 'explainText', 'open', 'openText', 'testing', 'version']);
  });
}
