import { existsSync, readdirSync, readFileSync } from "node:fs";

/** One process by /proc/<pid>/stat. CPU times are in milliseconds. */
export interface ProcStat {
  ppid: number;
  /** Start in ticks since boot. With the pid it names this process, not a later one of the same number. */
  start: number;
  /** CPU time of the process itself, in user and kernel mode. */
  ownMs: number;
  /** CPU time of descendants that have ended and were waited for. */
  reapedMs: number;
  /** The parts of it in user and in kernel mode. */
  reapedUserMs: number;
  reapedSystemMs: number;
  /** Resident memory in bytes. */
  rss: number;
  /** A zombie: it has ended, and its parent has not waited for it. */
  ended: boolean;
}

/** True on Linux. */
export function hasProc(): boolean {
  return existsSync("/proc/self/stat");
}

/** Every process. Synchronous, like readStat(): the kernel answers from memory, faster than a trip to a thread. */
export function listPids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

/** Returns undefined if there is no such process, or no longer. */
export function readStat(pid: number): ProcStat | undefined {
  const text = readOrNothing(`/proc/${pid}/stat`);
  // The second field is the name in brackets, which may itself contain brackets and spaces.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  if (fields === undefined || fields.length < 22) return undefined;
  const field = (number: number) => Number(fields[number - 3]); // numbered as in proc(5)
  const { tickMs, pageSize } = units();
  const state = fields[0] ?? "";
  return {
    ppid: field(4),
    start: field(22),
    ownMs: (field(14) + field(15)) * tickMs,
    reapedMs: (field(16) + field(17)) * tickMs,
    reapedUserMs: field(16) * tickMs,
    reapedSystemMs: field(17) * tickMs,
    rss: field(24) * pageSize,
    ended: state === "Z" || state === "X",
  };
}

/** The greatest resident memory that a process ever had, in bytes. */
export function readPeak(pid: number): number | undefined {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readOrNothing(`/proc/${pid}/status`) ?? "") ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** Milliseconds that the main thread of a process was ready to run and waited for a processor, since its start. */
export function readWait(pid: number): number | undefined {
  const [, nanoseconds] = readOrNothing(`/proc/${pid}/schedstat`)?.split(" ") ?? [];
  return nanoseconds === undefined ? undefined : Number(nanoseconds) / 1e6;
}

/** The arguments of a process, the program first. Empty if it may not be read. */
export function argumentsOf(pid: number): string[] {
  return (readOrNothing(`/proc/${pid}/cmdline`) ?? "").split("\0").slice(0, -1);
}

/** The name of the program that runs as `pid`. */
export function programName(pid: number): string | undefined {
  return readOrNothing(`/proc/${pid}/comm`)?.trim();
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // ENOENT or ESRCH: the process has ended
  }
}

let known: { tickMs: number; pageSize: number } | undefined;

/** The units of time and memory in /proc, from the auxiliary vector: see getauxval(3). */
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
