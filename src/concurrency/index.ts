/** What asyncio gives a Python program, in plain async/await and AbortSignal. See docs/concurrency.md. */

export { type BlockingQueue, openBridge } from "./blocking-queue.js";
export { type BridgePort, BridgeQueue } from "./bridge-queue.js";
export { type Abortable, isCancelled, type Task } from "./cancellation.js";
export type { TaskHandle } from "./children.js";
export { ExitError, Interrupted, QueueEmpty, QueueFull, QueueShutDown, TimeoutError, WorkerCrashed } from "./errors.js";
export type { Callable, Executor, Fn, PoolOptions } from "./executor.js";
export { gather } from "./gather.js";
export type { AnyIterable } from "./iterables.js";
export { Lock } from "./lock.js";
export { mapConcurrent } from "./map-concurrent.js";
export { ProcessPool } from "./process-pool.js";
export type { Mapper } from "./pump.js";
export { Queue } from "./queue.js";
export { type RunContext, run } from "./run.js";
export { runMain } from "./run-main.js";
export { type Release, Semaphore } from "./semaphore.js";
export { sleep } from "./sleep.js";
export { streamConcurrent } from "./stream-concurrent.js";
export { type TaskGroup, taskGroup } from "./task-group.js";
export { ThreadPool } from "./thread-pool.js";
export { timeout } from "./timeout.js";
