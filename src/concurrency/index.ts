/** What asyncio gives a Python program, in plain async/await and AbortSignal. See docs/concurrency.md. */
export { type Abortable, isCancelled, type Task } from "./cancellation.js";
export type { TaskHandle } from "./children.js";
export { ExitError, Interrupted, QueueEmpty, QueueFull, QueueShutDown, TimeoutError } from "./errors.js";
export { gather } from "./gather.js";
export { Lock } from "./lock.js";
export { mapConcurrent } from "./map-concurrent.js";
export type { AnyIterable, Mapper } from "./pump.js";
export { Queue } from "./queue.js";
export { type RunContext, run } from "./run.js";
export { runMain } from "./run-main.js";
export { type Release, Semaphore } from "./semaphore.js";
export { sleep } from "./sleep.js";
export { streamConcurrent } from "./stream-concurrent.js";
export { type TaskGroup, taskGroup } from "./task-group.js";
export { timeout } from "./timeout.js";
