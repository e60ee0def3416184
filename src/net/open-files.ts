import { readFileSync } from "node:fs";

const keptBack = 64; // descriptors for everything but connections

/**
 * The number of connections that this process can keep open as a client: half of its spare file descriptors. A closing
 * connection still holds its descriptor while the next one is opened. Infinity if the limit cannot be read, as on
 * macOS.
 */
export function mostConnections(): number {
  return Math.max(1, Math.floor(spareDescriptors() / 2));
}

/** The number of connections that it can accept as a server before it runs out of file descriptors. */
export function mostAccepted(): number {
  return Math.max(1, spareDescriptors());
}

/** All but 64. Node itself raises the soft limit to the hard one, so the soft one counts. */
function spareDescriptors(): number {
  const [, limit] = /^Max open files +\S+ +(\d+) /m.exec(limits()) ?? [];
  return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit) - keptBack;
}

function limits(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return ""; // not Linux
  }
}
