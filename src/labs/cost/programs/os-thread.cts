/**
 * Threads of libuv's pool, each blocked in a read of stdin. The pool starts all its threads at once, at its first use. So
 * one process makes one order alone. This is no ES module, because Node 20 uses the pool to load those.
 */
const { read } = process.getBuiltinModule("node:fs");

const buffer = Buffer.alloc(1);

process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", (count: number) => {
  process.env.UV_THREADPOOL_SIZE = String(count);
  const start = performance.now();
  for (let n = 0; n < count; n++) read(0, buffer, 0, 1, null, () => {});
  const ms = performance.now() - start;
  globalThis.gc?.();
  const { heapUsed: heapBytes, rss: rssBytes } = process.memoryUsage();
  process.send?.({ started: count, ms, heapBytes, rssBytes });
});
