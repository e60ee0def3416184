import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as nodeSleep } from "node:timers/promises";
import { sleep, type Task, TimeoutError, taskGroup, timeout } from "../../src/concurrency/index.js";
import { isPending, latch, turn } from "../support/latch.js";
import { startProgram } from "../support/program.js";

const forever = (signal: AbortSignal) => sleep(Number.POSITIVE_INFINITY, { signal });

/** Block the event loop, as a long computation would. */
function blockLoop(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test("timeout aborts fn's signal at the deadline and rejects with TimeoutError", async () => {
  let signal: AbortSignal | undefined;
  const timedOut = timeout(5, async (own) => {
    signal = own;
    await forever(own);
  });
  await assert.rejects(timedOut, (error) => error instanceof TimeoutError && error.message === "timed out after 5 ms");
  assert.equal(signal?.aborted, true);
});

test("TimeoutError has the error that fn stopped with as its cause", async () => {
  let stoppedWith: unknown;
  const timedOut = timeout(5, async (signal) => {
    await forever(signal).catch((error) => {
      stoppedWith = error;
      throw error;
    });
  });
  await assert.rejects(timedOut, (error) => error instanceof TimeoutError && error.cause === stoppedWith);
});

test("timeout takes Node's AbortError for a cancellation", async () => {
  const nodeWaits: Task<void> = (signal) => nodeSleep(60_000, undefined, { signal });
  await assert.rejects(timeout(5, nodeWaits), TimeoutError);

  const controller = new AbortController();
  const cancelled = timeout(60_000, nodeWaits, controller);
  controller.abort("enough");
  await assert.rejects(cancelled, (reason) => reason === "enough");
});

test("timeout resolves with fn's value and never aborts its signal later", async () => {
  let signal: AbortSignal | undefined;
  const value = await timeout(1, async (own) => {
    signal = own;
    return "in time";
  });
  assert.equal(value, "in time");
  await sleep(5);
  assert.equal(signal?.aborted, false);
});

test("timeout resolves with a value that fn returns after the deadline", async () => {
  const value = await timeout(5, (signal) => forever(signal).catch(() => "late but complete"));
  assert.equal(value, "late but complete");
});

test("timeout rejects with fn's own error, thrown or rejected", async () => {
  const own = new Error("mine");
  const fails: Task<void>[] = [
    () => Promise.reject(own),
    () => {
      throw own;
    },
  ];
  for (const fn of fails) await assert.rejects(timeout(60_000, fn), (error) => error === own);
  assert.equal(own.cause, undefined);
});

test("timeout rejects with a clean-up error, caused by TimeoutError", async () => {
  const broken = new Error("clean-up broke");
  const timedOut = timeout(5, async (signal) => {
    await forever(signal).catch(() => {
      throw broken;
    });
  });
  await assert.rejects(timedOut, (error) => error === broken);
  assert.ok(broken.cause instanceof TimeoutError);
});

test("timeout changes no error that is frozen or has a cause", async () => {
  const cause = new Error("the disk");
  for (const broken of [new Error("clean-up broke", { cause }), Object.freeze(new Error("clean-up broke")), "broke"]) {
    const timedOut = timeout(5, (signal) => forever(signal).catch(() => Promise.reject(broken)));
    await assert.rejects(timedOut, (error) => error === broken);
    if (broken instanceof Error && broken.cause) assert.equal(broken.cause, cause);
  }
});

test("timeout rejects only after fn has stopped", async () => {
  const [aborted, cleanedUp] = [latch(), latch()];
  const timedOut = timeout(5, async (signal) => {
    await forever(signal).finally(() => {
      aborted.open();
      return cleanedUp.passed;
    });
  });
  await aborted.passed;
  assert.equal(await isPending(timedOut), true);
  cleanedUp.open();
  await assert.rejects(timedOut, TimeoutError);
});

test("timeout rejects with an outer abort's reason once fn has stopped", async () => {
  const [controller, cleanedUp] = [new AbortController(), latch()];
  const work = timeout(60_000, (signal) => forever(signal).finally(() => cleanedUp.passed), controller);
  controller.abort("enough");
  assert.equal(await isPending(work), true);
  cleanedUp.open();
  await assert.rejects(work, (reason) => reason === "enough");
});

test("timeout never calls fn if its signal has aborted", async () => {
  const never = () => assert.fail("called");
  const work = timeout(60_000, never, { signal: AbortSignal.abort("too late") });
  await assert.rejects(work, (reason) => reason === "too late");
});

test("timeout(0) calls fn with an aborted signal", async () => {
  let reached = 0;
  const timedOut = timeout(0, async (signal) => {
    reached = 1;
    await sleep(0, { signal });
    reached = 2;
  });
  await assert.rejects(timedOut, TimeoutError);
  assert.equal(reached, 1);
});

test("timeout(0) resolves with the value of an fn that need not wait", async () => {
  assert.equal(await timeout(0, () => "at once"), "at once");
  assert.equal(await timeout(0, async () => "at once"), "at once");
});

for (const ms of [undefined, Number.POSITIVE_INFINITY]) {
  test(`timeout(${ms}) has no deadline and no timer`, async () => {
    const done = latch<string>();
    const work = timeout(ms, () => done.passed);
    assert.equal(process.getActiveResourcesInfo().includes("Timeout"), false);
    done.open("done");
    assert.equal(await work, "done");
  });
}

test("timeout without a deadline does not keep the process alive", async () => {
  const { stdout } = await startProgram("waits-without-a-deadline");
  assert.equal(stdout, "left\n");
});

for (const [outerMs, innerMs] of [
  [5, 2],
  [2, 5],
] as const) {
  test(`timeout of ${outerMs} ms decides over one of ${innerMs} ms inside if both passed`, async () => {
    const nested = timeout(outerMs, (signal) => timeout(innerMs, forever, { signal }));
    blockLoop(10);
    await assert.rejects(nested, { name: "TimeoutError", message: `timed out after ${outerMs} ms` });
  });
}

test("timeout inside another rejects at its own deadline", async () => {
  const nested = timeout(60_000, (signal) => timeout(5, forever, { signal }));
  await assert.rejects(nested, { name: "TimeoutError", message: "timed out after 5 ms" });
});

test("timeout works in a clean-up after an abort", async () => {
  const controller = new AbortController();
  let cleanedUp: unknown;
  const work = sleep(60_000, controller).finally(async () => {
    cleanedUp = await timeout(60_000, (signal) => sleep(1, { signal }).then(() => "fully"));
  });
  controller.abort("enough");
  await assert.rejects(work, (reason) => reason === "enough");
  assert.equal(cleanedUp, "fully");
});

test("timeout of a task group rejects with a plain TimeoutError", async () => {
  let stopped = 0;
  const timedOut = timeout(5, (signal) =>
    taskGroup(
      (group) => {
        for (let i = 0; i < 3; i++) group.spawn((own) => forever(own).finally(() => stopped++));
      },
      { signal },
    ),
  );
  await assert.rejects(timedOut, TimeoutError);
  assert.equal(stopped, 3);
});

test("timeout of a task group keeps a clean-up failure in its AggregateError", async () => {
  const broken = new Error("clean-up broke");
  const timedOut = timeout(5, (signal) =>
    taskGroup((group) => void group.spawn((own) => forever(own).catch(() => Promise.reject(broken))), { signal }),
  );
  await assert.rejects(timedOut, (error) => {
    assert.ok(error instanceof AggregateError);
    assert.deepEqual(error.errors, [broken]);
    return error.cause instanceof TimeoutError;
  });
});

test("timeout keeps the process alive and survives garbage collection", async () => {
  const { exitCode, stdout } = await startProgram("waits-for-a-deadline", [], ["--expose-gc"]);
  assert.deepEqual({ exitCode, stdout }, { exitCode: 0, stdout: "TimeoutError\n" });
});

for (const ms of [Number.NaN, -1, Number.NEGATIVE_INFINITY]) {
  test(`timeout refuses a duration of ${ms} and does not call fn`, async () => {
    const refused = timeout(ms, () => assert.fail("called"));
    await assert.rejects(refused, { name: "RangeError", message: new RegExp(`got ${ms}$`) });
  });
}

test("timeout does not cut off an fn that ignores its signal", async () => {
  const [expired, done] = [latch(), latch<string>()];
  const work = timeout(1, (signal) => {
    signal.addEventListener("abort", () => expired.open(), { once: true });
    return done.passed;
  });
  await expired.passed;
  await turn();
  assert.equal(await isPending(work), true);
  done.open("done");
  assert.equal(await work, "done");
});

test("timeout inside another does not take the outer deadline for its own", async () => {
  const slow: string[] = [];
  const total = timeout(20, async (outer) => {
    for (const item of ["a", "b", "c"]) {
      try {
        await timeout(60_000, forever, { signal: outer });
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
        slow.push(item);
      }
    }
    return "all done";
  });
  await assert.rejects(total, (error) => error instanceof TimeoutError && error.message === "timed out after 20 ms");
  assert.deepEqual(slow, []);
});

test("timeout does not take a sibling's TimeoutError for its own", async () => {
  const slow: string[] = [];
  const group = taskGroup((group) => {
    group.spawn(() => timeout(5, forever));
    group.spawn(async (signal) => {
      try {
        await timeout(60_000, forever, { signal });
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
        slow.push("never ran");
      }
    });
  });
  await assert.rejects(group, (error) => error instanceof AggregateError && error.errors.length === 1);
  assert.deepEqual(slow, []);
});

test("timeout under a signal that a sibling's time-out has aborted rejects with no TimeoutError", async () => {
  const reason = new TimeoutError("of a sibling");
  const refused = timeout(10, forever, { signal: AbortSignal.abort(reason) });
  await assert.rejects(refused, (error) => !(error instanceof TimeoutError) && (error as Error).cause === reason);
});

test("timeout aborts its work with an AbortError, for a TimeoutError would be taken for another one's", async () => {
  let reason: unknown;
  await timeout(5, async (signal) => {
    await forever(signal).catch(() => {});
    reason = signal.reason;
  });
  assert.equal((reason as Error).name, "AbortError");
});
