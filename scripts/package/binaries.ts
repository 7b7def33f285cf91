/** What a native file was built for, by its own header. */
export interface Built {
  readonly platform: 'linux' | 'win32' | 'darwin';
  readonly arch: 'x64' | 'arm64' | 'other';
}

/** null: no native file. ELF (gabi 4.1), PE/COFF (Microsoft), Mach-O (mach-o/loader.h). */
export function builtFor(bytes: Uint8Array): Built | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 64) return null;
  if (view.getUint32(0) === 0x7f454c46)
    return { platform: 'linux', arch: archOf(view.getUint16(18, true), 0x3e, 0xb7) };
  if (view.getUint16(0) === 0x4d5a) {
    const header = view.getUint32(0x3c, true);
    if (header + 6 > bytes.length || view.getUint32(header) !== 0x50450000) return null;
    return { platform: 'win32', arch: archOf(view.getUint16(header + 4, true), 0x8664, 0xaa64) };
  }
  if (view.getUint32(0, true) === 0xfeedfacf)
    return { platform: 'darwin', arch: archOf(view.getUint32(4, true), 0x01000007, 0x0100000c) };
  // Several architectures in one file: twice the size that one platform's package needs.
  if (view.getUint32(0) === 0xcafebabe && view.getUint32(4) < 20) return { platform: 'darwin', arch: 'other' };
  return null;
}

const archOf = (machine: number, x64: number, arm64: number): Built['arch'] =>
  machine === x64 ? 'x64' : machine === arm64 ? 'arm64' : 'other';
