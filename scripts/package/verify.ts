import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { unzipSync } from 'fflate';
import { builtFor } from './binaries';
import type { Target } from './targets';

/** Files without which the extension installs and then fails. */
const needed = [
  'package.json',
  'package.nls.json',
  'readme.md',
  'changelog.md',
  'LICENSE.txt',
  'dist/extension.cjs',
  'dist/engine.cjs',
  'dist/engine-work.cjs',
  'dist/webview.js',
  'dist/webview.css',
  'dist/text.js',
  'dist/text.css',
  'dist/node_modules/onnxruntime-node/dist/index.js',
  // Without it Node reads the CommonJS files beside it as modules, and nothing loads.
  'dist/node_modules/onnxruntime-common/dist/cjs/package.json',
  'dist/node_modules/sharp/dist/index.cjs',
  'models/emoji-clip/config.json',
  'models/emoji-clip/README.md',
  'models/minilm/config.json',
  'models/minilm/README.md',
  'media/icon.png',
  'media/samples/space.png',
];

/** What has no business in a package. */
const forbidden = [
  /\.map$/,
  /\.tsx?$/,
  /(^|\/)golden/,
  /^test\//,
  /^scripts\//,
  /^src\//,
  /^\.cache/,
  /\.vsix$/,
  /(^|\/)\.env/,
];

/**
 * Every fault of a packaged VSIX, a sentence each; none: it is sound. It looks into the file itself, not into what went in.
 */
export function faultsOf(vsix: string, target: Target): string[] {
  const bytes = readFileSync(vsix);
  const files = unzipSync(new Uint8Array(bytes));
  const names = Object.keys(files).filter((name) => !name.endsWith('/'));
  const content = names.filter((name) => name.startsWith('extension/')).map((name) => name.slice('extension/'.length));
  const faults: string[] = [];
  const manifest = new TextDecoder().decode(files['extension.vsixmanifest']);
  if (!manifest.includes(`TargetPlatform="${target.name}"`))
    faults.push(`Its manifest does not name the platform ${target.name}.`);
  for (const name of needed) if (!content.includes(name)) faults.push(`${name} is missing.`);
  for (const name of content) {
    if (forbidden.some((pattern) => pattern.test(name))) faults.push(`${name} should not be in it.`);
    const built = builtFor(files[`extension/${name}`]);
    if (built && (built.platform !== target.platform || built.arch !== target.arch))
      faults.push(`${name} is built for ${built.platform}-${built.arch}.`);
  }
  const native = content.filter((name) => builtFor(files[`extension/${name}`]));
  if (!native.some((name) => name.endsWith('onnxruntime_binding.node')))
    faults.push('It has no onnxruntime_binding.node.');
  const sharp = target.sharp[0];
  if (!content.some((name) => name.startsWith(`dist/node_modules/${sharp}/`) && /\.(node|wasm)$/.test(name)))
    faults.push(`It has no code of ${sharp}.`);
  faults.push(...missingOf(files), ...unboundOf(files));
  if (bytes.length > target.limit)
    faults.push(`It has ${(bytes.length / 1e6).toFixed(1)} MB, more than ${target.limit / 1e6} MB.`);
  return faults;
}

/** Files that the manifest points to: an icon that is missing shows as a hole. */
function missingOf(files: Readonly<Record<string, Uint8Array>>): string[] {
  const manifest = new TextDecoder().decode(files['extension/package.json']);
  const paths = [...manifest.matchAll(/"(?:\.\/)?((?:media|dist)\/[^"]+\.[a-z]+)"/g)].map(([, path]) => path);
  return [...new Set(paths)]
    .filter((path) => !files[`extension/${path}`])
    .map((path) => `package.json names ${path}, which is missing.`);
}

/** Parts that the extension's scripts load beside themselves, at once or on demand. */
function unboundOf(files: Readonly<Record<string, Uint8Array>>): string[] {
  const scripts = Object.keys(files).filter((name) => /^extension\/dist\/extension[./].*cjs$/.test(name));
  const required = scripts.flatMap((script) =>
    [...new TextDecoder().decode(files[script]).matchAll(/require\("(\.[^"]+)"\)/g)].map(([, path]) =>
      posix.join(posix.dirname(script), path!),
    ),
  );
  const missing = [...new Set(required)].filter((path) => !files[path]).map((path) => `${path} is missing.`);
  return required.length > 0 ? missing : ['dist/extension.cjs loads no part on demand.'];
}
