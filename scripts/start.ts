// npm start [-- FOLDER]: VS Code with this extension, on the sample images (or FOLDER). The installed `code` if there is one, else the
// workbench of the tests, whose address is printed.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { windowUrl } from './workbench/browser';
import { ensureWorkbench } from './workbench/install';
import { Server } from './workbench/server';

const development = process.cwd();
const folder = resolve(process.argv[2] ?? 'media/samples');
const build = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
if (build.status !== 0) process.exit(build.status ?? 1);

const windows = process.platform === 'win32';
const code = process.env.VSCODE_EXECUTABLE ?? 'code';
const installed = spawnSync(code, ['--version'], { shell: windows, stdio: 'ignore' }).status === 0;
if (installed) {
  const { status } = spawnSync(code, [`--extensionDevelopmentPath=${development}`, folder], {
    shell: windows,
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}

const server = await Server.start(ensureWorkbench(), {
  state: resolve('.cache/start'),
  port: Number(process.env.PORT ?? 0),
});
console.log(
  `\nVS Code is at\n\n  ${windowUrl(server, { folder, development })}\n\nRight-click an image, “Explain with Prompts…”. Ctrl+C ends it.`,
);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void server.stop().then(() => process.exit(0)));
