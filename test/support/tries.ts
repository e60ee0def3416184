import { AssertionError } from "node:assert";
import { readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import type { TestContext } from "node:test";

type Body = (t: TestContext) => Promise<void>;

/** Something took longer than it may. */
class TooSlow extends AssertionError {}

/** A limit in milliseconds, for a test declared by what timed() returns. */
export function assertWithin(ms: number, limitMs: number): void {
  if (!(ms < limitMs)) throw new TooSlow({ message: `${ms} ms, where ${limitMs} ms are the limit` });
}

/**
 * `test` for tests with limits of time. What is too slow while the machine has much else to do is so not time and again: a
 * test that fails by assertWithin(), and only by that, has three tries more.
 */
export function timed(test: (name: string, body: Body) => void): (name: string, body: Body) => void {
  return (name, body) => test(name, (t) => tryAgain(t, () => body(t), isTooSlow));
}

/**
 * A check of what was measured, or that needs somebody to be there in time, for the same reason: three tries more, but only
 * where the machine was busy meanwhile. Rejects with what the last try rejects with.
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
 * Whether, since it was called, something that could have run had to wait for a processor for a twentieth of the time. Where
 * the kernel does not count that, whether more wanted to run in the last minute than there are processors.
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
