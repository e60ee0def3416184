/** CPU times from /proc in the plainest way there is, to check those that are got in a cleverer one. */
import { readdirSync, readFileSync } from "node:fs";

/** What the threads of a process have run so far, in milliseconds, by the scheduler's own nanoseconds. */
export function ownRunMs(pid: number): number {
  const ns = readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]),
  );
  return ns.reduce((sum, value) => sum + value, 0) / 1e6;
}

/** What everything below a process has used so far, and what of it has ended, in milliseconds: every stat file is read. */
export function usedBelowMs(root: number): number {
  const stats = new Map(readdirSync("/proc").map((name) => [Number(name), fields(name)]));
  const isBelow = (pid: number): boolean => {
    const parent = stats.get(pid)?.[1];
    return parent !== undefined && (parent === root || isBelow(parent));
  };
  const { 13: rootReaped = 0, 14: rootReapedInKernel = 0 } = stats.get(root) ?? [];
  let ticks = rootReaped + rootReapedInKernel;
  for (const [pid, { 11: user = 0, 12: kernel = 0, 13: reaped = 0, 14: reapedInKernel = 0 }] of stats)
    if (isBelow(pid)) ticks += user + kernel + reaped + reapedInKernel;
  return ticks * 10;
}

/** From the third on, which is the state; proc(5) counts from 1. */
function fields(pid: string): number[] {
  try {
    const text = readFileSync(`/proc/${Number(pid)}/stat`, "utf8");
    return text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
  } catch {
    return [];
  }
}
