import { AssertionError } from "node:assert";
import { readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import type { TestContext } from "node:test";

type Body = (t: TestContext) => Promise<void>;

/** A measured time has exceeded its limit. */
class TooSlow extends AssertionError {}

/** Assert a limit of time in milliseconds, in a test declared by timed(). */
export function assertWithin(ms: number, limitMs: number): void {
  if (!(ms < limitMs)) throw new TooSlow({ message: `took ${ms} ms, the limit is ${limitMs} ms` });
}

/**
 * Wrap `test`, for tests with limits of time. A test that fails by assertWithin() gets three more tries, because a busy
 * machine is rarely too slow time and again. Any other failure counts at once.
 */
export function timed(test: (name: string, body: Body) => void): (name: string, body: Body) => void {
  return (name, body) => test(name, (t) => tryAgain(t, () => body(t), isTooSlow));
}

/**
 * Run a check of a measurement, or one that needs a peer to react in time. If the machine was busy while the check
 * failed, it gets three more tries. Rejects with the error of the last try.
 */
export function unlessBusy(t: TestContext, check: () => Promise<void>): Promise<void> {
  let wasBusy: () => boolean;
  const watched = () => {
    wasBusy = watchProcessors();
    return check();
  };
  return tryAgain(t, watched, () => wasBusy());
}

async function tryAgain(t: TestContext, check: () => Promise<void>, forgives: (error: unknown) => boolean) {
  for (let triesLeft = 3; triesLeft > 0; triesLeft--) {
    try {
      return await check();
    } catch (error) {
      if (!forgives(error)) throw error;
      t.diagnostic(`tried again: ${(error as Error).message}`);
    }
  }
  await check();
}

function isTooSlow(error: unknown): boolean {
  return error instanceof TooSlow;
}

/**
 * Start watching the processors. The returned function tells whether the machine was busy since: something that could
 * run had to wait for a processor for a twentieth of the time. Where the kernel does not count that, the load average
 * of the last minute must exceed the number of processors.
 */
function watchProcessors(): () => boolean {
  const start = performance.now();
  const before = waitedMs();
  if (before === undefined) return () => (loadavg()[0] ?? 0) > availableParallelism();
  return () => (waitedMs() ?? before) - before > (performance.now() - start) / 20;
}

function waitedMs(): number | undefined {
  try {
    const [, microseconds] = /^some .*total=(\d+)/.exec(readFileSync("/proc/pressure/cpu", "utf8")) ?? [];
    return microseconds === undefined ? undefined : Number(microseconds) / 1000;
  } catch {
    return undefined;
  }
}
