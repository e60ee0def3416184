import { readFileSync } from "node:fs";

const keptBack = 64; // descriptors for everything that is no connection

/**
 * How many connections this process can have open: half of the descriptors it may have, less 64, for a connection that is
 * being closed still holds one while the next is opened. Node itself raises the soft limit to the hard one. Infinity
 * where the limit cannot be read.
 */
export function mostConnections(): number {
  const [, limit] = /^Max open files +\S+ +(\d+) /m.exec(limits()) ?? [];
  return limit === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor((Number(limit) - keptBack) / 2));
}

function limits(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return ""; // no Linux
  }
}
