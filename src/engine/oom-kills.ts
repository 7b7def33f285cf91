import { readFileSync } from 'node:fs';

/**
 * How many processes the kernel has ended for want of memory since it started, cgroup limits included. null where it does not tell.
 * A SIGKILL alone does not say who sent it; this counter, read before and after, does.
 */
export function oomKills(): number | null {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1];
    return count === undefined ? null : Number(count);
  } catch {
    return null;
  }
}
