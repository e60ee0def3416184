import { existsSync, readdirSync, readFileSync } from "node:fs";

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
  return (openFilesLimit() ?? Number.POSITIVE_INFINITY) - keptBack;
}

/** The number of files that this process may open. undefined if it cannot be read, as on macOS. */
export function openFilesLimit(): number | undefined {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const [, limit] = /^Max open files +\S+ +(\d+) /m.exec(limits) ?? [];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined;
  }
}

/**
 * Throws an Error with the code EMFILE unless 64 more files may be open. Call it before sockets of ZeroMQ, workers and
 * programs: without a free file libzmq aborts the process, and the others fail for reasons that mislead. Measured on Node
 * 20, two sockets take 16 files, and a command up to 53 with its modules and pipes. Does nothing where the limit cannot be
 * read.
 */
export function checkFreeFiles(): void {
  const own = "/proc/self/fd";
  if (!existsSync(own)) return;
  const open = readdirSync(own).length; // throws such an error itself if none is free
  const limit = openFilesLimit() ?? Number.POSITIVE_INFINITY;
  if (limit - open < keptBack) throw Object.assign(new Error("too few files may be open"), { code: "EMFILE" });
}
