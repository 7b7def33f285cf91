// Generates the tests' second opinion, test/unit/support/onnx_pb.ts, from src/onnx/proto/onnx.proto. Needed only when onnx.proto changes: the result is committed.
// buf and the generator are fetched for this run alone, at the versions below; they are no dependencies of the project.
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = ['@bufbuild/buf@1.75.0', '@bufbuild/protoc-gen-es@2.17.0', '@bufbuild/protobuf@2.17.0'];
const template = {
  version: 'v2',
  plugins: [{ local: 'protoc-gen-es', out: 'test/unit/support', opt: ['target=ts'] }],
};

/** For cmd.exe, which npx is a script of on Windows, and no harm elsewhere. */
const quoted = (text) => (process.platform === 'win32' ? `"${text.replaceAll('"', '\\"')}"` : text);
const { status, error } = spawnSync(
  'npx',
  [
    ...['--yes', ...packages.flatMap((name) => ['-p', name])],
    ...['buf', 'generate', quoted('src/onnx/proto'), '--template', quoted(JSON.stringify(template))],
  ],
  { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' },
);
if (error) throw error;
process.exitCode = status ?? 1;
