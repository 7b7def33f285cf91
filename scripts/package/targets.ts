/** The platforms that a VSIX is built for: those that onnxruntime-node has binaries for. */
export interface Target {
  readonly name: string;
  readonly platform: 'linux' | 'win32' | 'darwin';
  readonly arch: 'x64' | 'arm64';
  /** Packages that sharp loads there, beside itself. */
  readonly sharp: readonly string[];
  /** Most bytes of the VSIX. */
  readonly limit: number;
}

const MB = 1_000_000;

/** In Electron on Linux native sharp crashes (electron#46323, sharp#4351): there it runs as WebAssembly, with the same pixels. */
const wasm = ['@img/sharp-wasm32', '@emnapi/runtime', 'tslib'];

export const targets: readonly Target[] = [
  { name: 'linux-x64', platform: 'linux', arch: 'x64', sharp: wasm, limit: 65 * MB },
  { name: 'linux-arm64', platform: 'linux', arch: 'arm64', sharp: wasm, limit: 65 * MB },
  { name: 'win32-x64', platform: 'win32', arch: 'x64', sharp: ['@img/sharp-win32-x64'], limit: 90 * MB },
  { name: 'win32-arm64', platform: 'win32', arch: 'arm64', sharp: ['@img/sharp-win32-arm64'], limit: 90 * MB },
  {
    ...{ name: 'darwin-arm64', platform: 'darwin', arch: 'arm64', limit: 90 * MB },
    sharp: ['@img/sharp-darwin-arm64', '@img/sharp-libvips-darwin-arm64'],
  },
];
