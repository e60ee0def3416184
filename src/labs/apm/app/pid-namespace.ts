import { readlinkSync } from "node:fs";
import { ExitError } from "../../../concurrency/index.js";
import { hasProc, readStat } from "./proc.js";

/**
 * Throws ExitError(1) if /proc belongs to another pid namespace than this process. Its numbers would name other processes.
 */
export function checkPidNamespace(): void {
  if (!hasProc()) return;
  const self = Number(readlinkSync("/proc/self"));
  if (self === process.pid) return;
  throw new ExitError(
    1,
    `/proc belongs to another pid namespace: this process is ${process.pid} here, and ${self} there; mount /proc, as unshare --mount-proc does`,
  );
}

/** Throws ExitError(1) if there is such a process, but nothing of it can be measured. */
export function checkSeen(pid: number): void {
  if (!hasProc()) return;
  const stat = readStat(pid);
  if (stat?.ended) throw new ExitError(1, `process ${pid} has ended, and its parent has not waited for it (a zombie)`);
  if (stat === undefined && exists(pid))
    throw new ExitError(1, `process ${pid} exists, but /proc hides it (hidepid): run as its user, or as root`);
}

function exists(pid: number): boolean {
  if (pid > 2 ** 31 - 1) return false; // process.kill takes 32 bits
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
