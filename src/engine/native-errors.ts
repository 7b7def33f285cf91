import { EngineCrashed } from '../shared/errors';

interface Machine {
  readonly platform: string;
  readonly arch: string;
}

/** Why a native library could not be loaded on this machine, and what to do: EngineCrashed, since without it there is no engine. */
export function nativeLoadError(library: string, error: unknown, machine: Machine = process): EngineCrashed {
  const detail = error instanceof Error ? error.message : String(error);
  return new EngineCrashed(nativeLoadSentence(library, detail, machine), { cause: error });
}

export function nativeLoadSentence(library: string, detail: string, { platform, arch }: Machine): string {
  const place = `${platform}-${arch}`;
  const first = detail.split('\n', 1)[0]?.trim() ?? '';
  if (platform === 'win32' && /\b126\b|specified module could not be found|not find.*DLL/i.test(detail)) {
    return `${library} needs the Microsoft Visual C++ runtime, which this machine lacks (error 126). Install the VC++ redistributable from https://aka.ms/vs/17/release/vc_redist.${arch}.exe and try again.`;
  }
  if (
    platform === 'darwin' &&
    arch === 'x64' &&
    /cannot find module|no such file|dlopen|could not load/i.test(detail)
  ) {
    return `${library} has no binary for Macs with an Intel processor. Run it on a Mac with Apple silicon, or on Linux or Windows, for instance through Remote-SSH.`;
  }
  if (platform === 'linux' && /ld-linux|ld-musl|musl|symbol not found/i.test(detail)) {
    return `${library} has no binary for musl Linux (Alpine). Use a distribution with glibc 2.28 or later, such as Debian or Ubuntu.`;
  }
  const glibc = /version [`'"]?(GLIBC(?:XX)?_[\d.]+)['"]? not found/.exec(detail)?.[1];
  if (glibc) {
    return `${library} needs ${glibc}, and this Linux is older. Use a distribution with glibc 2.28 or later, such as Debian 10 or Ubuntu 20.04.`;
  }
  if (/cannot find (module|package)|could not load the "sharp" module/i.test(detail)) {
    return `${library} is not installed for ${place}: ${first} Reinstall the extension for this platform, or run \`npm install\` again.`;
  }
  return `${library} could not be loaded on ${place}: ${first}. Reinstall it; if that does not help, report this sentence.`;
}
