import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { constants } from "node:os";
import { basename } from "node:path";

/** A process of this user, as /proc shows it. */
export interface SeenProcess {
  pid: number;
  /** The script that it runs, such as "server.mjs"; "node" if that is not known. */
  name: string;
  /** Whether it catches the signal that asks it to answer. */
  answers: boolean;
}

/** A process of this user. undefined: there is none, or it is no program of Node. */
export function seenProcess(pid: number): SeenProcess | undefined {
  try {
    if (!/^node/.test(basename(readlinkSync(`/proc/${pid}/exe`)))) return undefined;
    const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    const script = args.slice(1).find((arg) => arg !== "" && !arg.startsWith("-")) ?? "node";
    const caught = /^SigCgt:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
    const bit = 1n << BigInt(constants.signals.SIGURG - 1);
    return { pid, name: nameOf(script, args), answers: (BigInt(`0x${caught}`) & bit) !== 0n };
  } catch {
    return undefined; // it has ended, or belongs to another user
  }
}

/** All programs of Node of this user that answer, but for this one. */
export function answeringProcesses(): SeenProcess[] {
  const pids = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const seen = pids.filter((pid) => pid !== process.pid).map(seenProcess);
  return seen.filter((each) => each?.answers === true) as SeenProcess[];
}

/** The state of the main thread, and its CPU time in milliseconds so far. For a program that gives no answer. */
export function mainThread(pid: number): { state: string; cpuMs: number } {
  const stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, "utf8");
  const [state = "?", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state, cpuMs: (Number(fields[10]) + Number(fields[11])) * 10 };
}

/** The script without its folder. `lab` goes with its command, and without options, which may hold secrets. */
function nameOf(script: string, args: readonly string[]): string {
  const name = basename(script);
  if (name !== "lab.js" && name !== "lab" && name !== "asyncio-lab") return name;
  const words = args.slice(args.indexOf(script) + 1);
  const typed = words.findIndex((word) => word.startsWith("-") || word === "");
  return ["lab", ...words.slice(0, Math.min(typed < 0 ? 2 : typed, 2))].join(" ");
}
