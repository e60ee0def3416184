import { type Abortable, sleep } from "../concurrency/index.js";

/** Resolves when `promise` settles, or after `ms` milliseconds. Cancellation: rejects with `signal.reason`. */
export async function settledWithin(promise: Promise<unknown>, ms: number, { signal }: Abortable = {}): Promise<void> {
  const enough = new AbortController();
  const either = signal ? AbortSignal.any([signal, enough.signal]) : enough.signal;
  const waited = sleep(ms, { signal: either }).catch(() => {});
  await Promise.race([promise.catch(() => {}), waited]);
  enough.abort();
  signal?.throwIfAborted();
}
