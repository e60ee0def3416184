/** The tasks of the pool, as a worker module. */
import { say } from "./start.js";

/** Wait until `gate` is open, then block the thread for `ms` milliseconds. */
export function work(gate: Int32Array, ms: number): void {
  say("a task runs");
  Atomics.wait(gate, 0, 0);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
