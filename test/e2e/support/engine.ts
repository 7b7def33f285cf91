import { readdirSync, readFileSync } from 'node:fs';
import type { Server } from '../../../scripts/workbench/server';

/** The process that computes, as an operating system sees it. */
export interface EngineProcess {
  /** Of the file that it runs. */
  readonly path: string;
  /** It does not answer from now on. */
  freeze(): void;
  kill(): void;
  lives(): boolean;
  /** Resolves when it has had nothing to do for a second. */
  idle(): Promise<void>;
}

/** The engine of the newest extension host of this server. @throws Error where none runs */
export function engineOf(server: Server): EngineProcess {
  const all = processes();
  const own = all.filter(({ args }) => args.includes('/dist/engine.cjs')).filter((one) => isWithin(one.pid, server, all)); // prettier-ignore
  const engine = own.at(-1);
  if (!engine) throw new Error('No engine runs below this server.');
  const { pid, args } = engine;
  return {
    path: args.split(' ').find((arg) => arg.endsWith('/dist/engine.cjs')) ?? '',
    freeze: () => process.kill(pid, 'SIGSTOP'),
    kill: () => process.kill(pid, 'SIGKILL'),
    lives: () => processes().some((one) => one.pid === pid && one.state !== 'Z'),
    idle: async () => {
      for (let before = -1, now = workOf(pid); now !== before; before = now, now = workOf(pid))
        await new Promise((resolve) => setTimeout(resolve, 1000));
    },
  };
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly args: string;
}

/** Of /proc: the workbench of these tests is on Linux alone. */
function processes(): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // "1234 (node) S 12 …": the name may hold anything but is followed by the last parenthesis.
      const [state, parent] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
      const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ pid: Number(name), parent: Number(parent), state: state!, args }];
    } catch {
      return [];
    }
  });
}

/** Ticks of the processor that it took: the 14th and 15th field. */
function workOf(pid: number): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ').slice(11);
  return Number(user) + Number(system);
}

function isWithin(pid: number, { pid: root }: Server, all: readonly Process[]): boolean {
  for (let at = pid; at > 1; at = all.find((one) => one.pid === at)?.parent ?? 0) if (at === root) return true;
  return false;
}
