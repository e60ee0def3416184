import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Of one process, from /proc/<pid>/stat: CPU times in milliseconds. */
export interface ProcStat {
  ppid: number;
  /** When it started, in ticks since boot: together with the pid it is this process and no later one of that number. */
  start: number;
  /** What it has used itself, in user and kernel mode. */
  ownMs: number;
  /** What its children that have ended have used, and theirs, as far as they were waited for. */
  reapedMs: number;
  /** Resident memory in bytes. */
  rss: number;
  /** It has ended, and its parent has not asked how (a zombie). */
  ended: boolean;
}

/** Only Linux has it. */
export function hasProc(): boolean {
  return existsSync("/proc/self/stat");
}

/** Every process there is. Synchronous, like readStat(): the kernel answers from memory, quicker than a thread is asked. */
export function listPids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

/** undefined if there is no such process (any more). */
export function readStat(pid: number): ProcStat | undefined {
  const text = readOrNothing(`/proc/${pid}/stat`);
  // The name comes second, in brackets, and may contain any of both, and spaces.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  if (fields === undefined || fields.length < 22) return undefined;
  const field = (number: number) => Number(fields[number - 3]); // as proc(5) numbers them
  const { tickMs, pageSize } = units();
  const state = fields[0] ?? "";
  return {
    ppid: field(4),
    start: field(22),
    ownMs: (field(14) + field(15)) * tickMs,
    reapedMs: (field(16) + field(17)) * tickMs,
    rss: field(24) * pageSize,
    ended: state === "Z" || state === "X",
  };
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

let known: { tickMs: number; pageSize: number } | undefined;

/** In which /proc counts time and memory; the kernel tells every process in its auxiliary vector, see getauxval(3). */
function units() {
  if (known) return known;
  const vector = readFileSync("/proc/self/auxv");
  const entries = new Map<number, number>();
  for (let at = 0; at + 16 <= vector.length; at += 16)
    entries.set(Number(vector.readBigUInt64LE(at)), Number(vector.readBigUInt64LE(at + 8)));
  const [AT_PAGESZ, AT_CLKTCK] = [6, 17];
  known = { tickMs: 1000 / (entries.get(AT_CLKTCK) ?? 100), pageSize: entries.get(AT_PAGESZ) ?? 4096 };
  return known;
}
