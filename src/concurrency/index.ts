/** What asyncio gives a Python program, in plain async/await and AbortSignal. See docs/reference/concurrency.md. */

export { type Abortable, isCancelled, onAbort, type Task } from "./cancellation.js";
export type { TaskHandle } from "./children.js";
export { ExitError, Interrupted, QueueEmpty, QueueFull, QueueShutDown, TimeoutError, WorkerCrashed } from "./errors.js";
export { every } from "./every.js";
export { gather } from "./gather.js";
export { type AnyIterable, iteratorOf, type PromptIterable, type PromptIterator } from "./iterables.js";
export { Lock } from "./lock.js";
export { mapConcurrent } from "./map-concurrent.js";
export type { Mapper } from "./pump.js";
export { Queue } from "./queue.js";
export { type RunContext, run } from "./run.js";
export { runMain } from "./run-main.js";
export { Schedule, type ScheduleOptions } from "./schedule.js";
export { type Release, Semaphore } from "./semaphore.js";
export { sleep } from "./sleep.js";
export { type ResultStream, streamConcurrent } from "./stream-concurrent.js";
export { type TaskGroup, taskGroup } from "./task-group.js";
export { timeout } from "./timeout.js";
export { type BlockingQueue, openBridge } from "./workers/blocking-queue.js";
export { type BridgePort, BridgeQueue } from "./workers/bridge-queue.js";
export type { Callable, Executor, Fn, PoolOptions } from "./workers/executor.js";
export { ProcessPool } from "./workers/process-pool.js";
export { ThreadPool } from "./workers/thread-pool.js";
