/** The answer of a ramp's program to an order for more. */
export interface Grown {
  /** How many more stand now. Fewer than ordered if `error` says why. */
  started: number;
  /** The time that they took, in milliseconds. */
  ms: number;
  /** The heap after a collection, in bytes. */
  heapBytes: number;
  /** The resident memory of the process, in bytes. */
  rssBytes: number;
  /** The code or message of the error that ended this order. */
  error?: string;
}

/**
 * Answer each message of the parent, the one program that knows this one. If the parent goes, this process is killed, and
 * with it the process group that it leads: all that it started.
 */
export function serve<Order>(answer: (order: Order) => unknown): void {
  process.on("disconnect", killGroup);
  process.on("message", async (order: Order) => {
    try {
      process.send?.(await answer(order));
    } catch (error) {
      process.send?.({ error: codeOf(error) });
    }
  });
}

/** Serve a ramp: `grow` makes `count` more, and calls `stands` for each one. An error that it throws ends the order. */
export function serveRamp(grow: (count: number, stands: () => void) => Promise<void> | void): void {
  serve(async (count: number): Promise<Grown> => {
    let started = 0;
    let failure: { error?: string } = {};
    const start = performance.now();
    try {
      await grow(count, () => started++);
    } catch (error) {
      failure = { error: codeOf(error) };
    }
    const ms = performance.now() - start;
    for (const _ of "12") globalThis.gc?.(); // garbage is no cost; the first collection leaves some
    const { heapUsed: heapBytes, rss: rssBytes } = process.memoryUsage();
    return { started, ms, heapBytes, rssBytes, ...failure };
  });
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}

function killGroup(): void {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.kill(process.pid, "SIGKILL"); // it leads no group
  }
}
