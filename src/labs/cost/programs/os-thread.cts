/**
 * Threads of libuv's pool, each blocked in a read of stdin. The pool starts all its threads at its first use. So a process
 * grows once: from none to all. This is no ES module, because Node 20 uses the pool to load those.
 */
const { read } = process.getBuiltinModule("node:fs");

const buffer = Buffer.alloc(1);

process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", async (count: number) => {
  process.env.UV_THREADPOOL_SIZE = String(count);
  const start = performance.now();
  block(Math.min(count, 1));
  const ms = performance.now() - start;
  globalThis.gc?.();
  const rssBytes = await settledMemory(); // before the other reads: a request takes as much memory as a thread
  block(count - 1);
  process.send?.({ started: count, ms, heapBytes: process.memoryUsage().heapUsed, rssBytes });
});

function block(threads: number): void {
  for (let n = 0; n < threads; n++) read(0, buffer, 0, 1, null, () => {});
}

/** The resident memory in bytes, once it has stood still for 60 ms: all threads have run up to their wait. */
async function settledMemory(): Promise<number> {
  let before = 0;
  for (let still = 0; still < 3; ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const now = process.memoryUsage.rss();
    still = now === before ? still + 1 : 0;
    before = now;
  }
  return before;
}
