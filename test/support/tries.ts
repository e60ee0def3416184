import { AssertionError } from "node:assert";
import type { TestContext } from "node:test";

type Body = (t: TestContext) => Promise<void>;

/** Something took longer than it may. */
class TooSlow extends AssertionError {}

/** A limit in milliseconds, for a test declared by what timed() returns. */
export function assertWithin(ms: number, limitMs: number): void {
  if (!(ms < limitMs)) throw new TooSlow({ message: `${ms} ms, where ${limitMs} ms are the limit` });
}

/**
 * `test` for tests with limits of time. What is too slow while the machine has much else to do is so not time and again: a test that
 * fails by assertWithin(), and only by that, has three tries more.
 */
export function timed(test: (name: string, body: Body) => void): (name: string, body: Body) => void {
  return (name, body) =>
    test(name, (t) =>
      inOneOfFourTries(
        () => body(t),
        (error) => error instanceof TooSlow,
      ),
    );
}

/** A check of what was measured, for the same reason. Rejects with what the last of four tries rejects with, or with what is not `forgivable`. */
export async function inOneOfFourTries(
  check: () => Promise<void>,
  forgivable = (_error: unknown) => true,
): Promise<void> {
  for (let triesLeft = 3; triesLeft > 0; triesLeft--) {
    try {
      return await check();
    } catch (error) {
      if (!forgivable(error)) throw error;
    }
  }
  await check();
}
