import { readdirSync } from "node:fs";

/** Threads of this process; 0 where there is no /proc. */
export function threadsHere(): number {
  try {
    return readdirSync("/proc/self/task").length;
  } catch {
    return 0;
  }
}
