import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Of one process, from /proc/<pid>/stat. */
export interface ProcStat {
  ppid: number;
  /** When it started, in ticks since boot: together with the pid it is this process and no later one of that number. */
  start: number;
  /** CPU time of its children that have ended, and of theirs, as far as they were waited for; in milliseconds. */
  reapedMs: number;
}

/** The kernel counts CPU time for /proc in hundredths of a second, whatever its own clock. */
const tickMs = 10;

/** Only Linux has it. */
export const hasProc = existsSync("/proc/self/stat");

/** Every process there is. Synchronous, like readStat(): the kernel answers from memory, quicker than a thread is asked. */
export function listPids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

/** undefined if there is no such process (any more). */
export function readStat(pid: number): ProcStat | undefined {
  const text = readOrNothing(`/proc/${pid}/stat`);
  // The name comes second, in brackets, and may contain any of both, and spaces.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  if (fields === undefined || fields.length < 20) return undefined;
  const field = (number: number) => Number(fields[number - 3]); // as proc(5) numbers them
  return { ppid: field(4), start: field(22), reapedMs: (field(16) + field(17)) * tickMs };
}

/** The name of the program that runs as `pid`. */
export function programName(pid: number): string | undefined {
  return readOrNothing(`/proc/${pid}/comm`)?.trim();
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // ENOENT or ESRCH: it ended between two looks
  }
}
