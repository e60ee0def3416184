import { readFileSync } from "node:fs";

const keptBack = 64; // descriptors for everything that is no connection

/**
 * How many connections this process can have open as a client: half of the descriptors there are, for a connection that
 * is being closed still holds one while the next is opened. Infinity where the limit cannot be read.
 */
export function mostConnections(): number {
  return Math.max(1, Math.floor(spareDescriptors() / 2));
}

/** How many it can have open as a server: then it is full before descriptors run out. */
export function mostAccepted(): number {
  return Math.max(1, spareDescriptors());
}

/** Less 64 of what it may have. Node itself raises the soft limit to the hard one. */
function spareDescriptors(): number {
  const [, limit] = /^Max open files +\S+ +(\d+) /m.exec(limits()) ?? [];
  return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit) - keptBack;
}

function limits(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return ""; // no Linux
  }
}
