import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as nodeSleep } from "node:timers/promises";
import { sleep, type Task, TimeoutError, taskGroup, timeout } from "../../src/concurrency/index.js";
import { gate, isPending, turn } from "../support/gate.js";
import { startProgram } from "../support/program.js";

const forever = (signal: AbortSignal) => sleep(Number.POSITIVE_INFINITY, { signal });

/** Keep the event loop from turning, as a long computation would. */
function blockLoop(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test("TIMEOUT-01 when the deadline passes, fn's signal aborts and TimeoutError comes out", async () => {
  let signal: AbortSignal | undefined;
  const timedOut = timeout(5, async (own) => {
    signal = own;
    await forever(own);
  });
  await assert.rejects(timedOut, (error) => error instanceof TimeoutError && error.message === "timed out after 5 ms");
  assert.equal(signal?.aborted, true);
});

test("TIMEOUT-01 the cause of TimeoutError is the error that fn stopped with", async () => {
  let stoppedWith: unknown;
  const timedOut = timeout(5, async (signal) => {
    await forever(signal).catch((error) => {
      stoppedWith = error;
      throw error;
    });
  });
  await assert.rejects(timedOut, (error) => error instanceof TimeoutError && error.cause === stoppedWith);
});

test("TIMEOUT-01 work that stops with Node's own AbortError times out, or is cancelled, all the same", async () => {
  const nodeWaits: Task<void> = (signal) => nodeSleep(60_000, undefined, { signal });
  await assert.rejects(timeout(5, nodeWaits), TimeoutError);

  const controller = new AbortController();
  const cancelled = timeout(60_000, nodeWaits, controller);
  controller.abort("enough");
  await assert.rejects(cancelled, (reason) => reason === "enough");
});

test("TIMEOUT-02 the value of fn comes out if it is in time; its signal never aborts later", async () => {
  let signal: AbortSignal | undefined;
  const value = await timeout(1, async (own) => {
    signal = own;
    return "in time";
  });
  assert.equal(value, "in time");
  await sleep(5);
  assert.equal(signal?.aborted, false);
});

test("TIMEOUT-02 a value that fn still returns after the deadline is not hidden", async () => {
  const value = await timeout(5, (signal) => forever(signal).catch(() => "late but complete"));
  assert.equal(value, "late but complete");
});

test("TIMEOUT-03 fn's own error comes out unchanged, thrown or rejected", async () => {
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

test("TIMEOUT-04 a clean-up that fails after the deadline wins, with the TimeoutError as its cause", async () => {
  const broken = new Error("clean-up broke");
  const timedOut = timeout(5, async (signal) => {
    await forever(signal).catch(() => {
      throw broken;
    });
  });
  await assert.rejects(timedOut, (error) => error === broken);
  assert.ok(broken.cause instanceof TimeoutError);
});

test("TIMEOUT-04 the cause of an error that has one is kept, and a frozen error or a non-error comes out as it is", async () => {
  const cause = new Error("the disk");
  for (const broken of [new Error("clean-up broke", { cause }), Object.freeze(new Error("clean-up broke")), "broke"]) {
    const timedOut = timeout(5, (signal) => forever(signal).catch(() => Promise.reject(broken)));
    await assert.rejects(timedOut, (error) => error === broken);
    if (broken instanceof Error && broken.cause) assert.equal(broken.cause, cause);
  }
});

test("TIMEOUT-05 TimeoutError is delivered only after fn has stopped", async () => {
  const [aborted, cleanedUp] = [gate(), gate()];
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

test("TIMEOUT-07 an outer abort before the deadline comes out as its reason, once fn has stopped", async () => {
  const [controller, cleanedUp] = [new AbortController(), gate()];
  const work = timeout(60_000, (signal) => forever(signal).finally(() => cleanedUp.passed), controller);
  controller.abort("enough");
  assert.equal(await isPending(work), true);
  cleanedUp.open();
  await assert.rejects(work, (reason) => reason === "enough");
});

test("TIMEOUT-07 with an aborted outer signal fn is never called", async () => {
  const never = () => assert.fail("called");
  const work = timeout(60_000, never, { signal: AbortSignal.abort("too late") });
  await assert.rejects(work, (reason) => reason === "too late");
});

test("TIMEOUT-08 timeout(0) starts fn with an aborted signal: its first wait rejects", async () => {
  let reached = 0;
  const timedOut = timeout(0, async (signal) => {
    reached = 1;
    await sleep(0, { signal });
    reached = 2;
  });
  await assert.rejects(timedOut, TimeoutError);
  assert.equal(reached, 1);
});

test("TIMEOUT-09 timeout(0) returns the value of an fn that need not wait", async () => {
  assert.equal(await timeout(0, () => "at once"), "at once");
  assert.equal(await timeout(0, async () => "at once"), "at once");
});

for (const ms of [undefined, Number.POSITIVE_INFINITY]) {
  test(`TIMEOUT-10 timeout(${ms}) has no deadline and no timer`, async () => {
    const done = gate<string>();
    const work = timeout(ms, () => done.passed);
    assert.equal(process.getActiveResourcesInfo().includes("Timeout"), false);
    done.open("done");
    assert.equal(await work, "done");
  });
}

test("TIMEOUT-10 without a deadline, timeout does not keep the process alive", async () => {
  const { stdout } = await startProgram("waits-without-a-deadline");
  assert.equal(stdout, "left\n");
});

for (const [outerMs, innerMs] of [
  [5, 2],
  [2, 5],
] as const) {
  test(`TIMEOUT-13 if both passed while the loop was busy, the outer deadline decides (${outerMs} ms over ${innerMs} ms)`, async () => {
    const nested = timeout(outerMs, (signal) => timeout(innerMs, forever, { signal }));
    blockLoop(10);
    await assert.rejects(nested, { name: "TimeoutError", message: `timed out after ${outerMs} ms` });
  });
}

test("TIMEOUT-13 an inner deadline that passes alone is the inner one's", async () => {
  const nested = timeout(60_000, (signal) => timeout(5, forever, { signal }));
  await assert.rejects(nested, { name: "TimeoutError", message: "timed out after 5 ms" });
});

test("TIMEOUT-14 a clean-up after an abort can use a timeout of its own", async () => {
  const controller = new AbortController();
  let cleanedUp: unknown;
  const work = sleep(60_000, controller).finally(async () => {
    cleanedUp = await timeout(60_000, (signal) => sleep(1, { signal }).then(() => "fully"));
  });
  controller.abort("enough");
  await assert.rejects(work, (reason) => reason === "enough");
  assert.equal(cleanedUp, "fully");
});

test("TIMEOUT-15 a task group under a deadline ends with a plain TimeoutError if its children stop cleanly", async () => {
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

test("TIMEOUT-15 a child that fails in its clean-up comes out in the group's AggregateError", async () => {
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

test("TIMEOUT-17 a deadline keeps the process alive, and garbage collection does not drop it", async () => {
  const { exitCode, stdout } = await startProgram("waits-for-a-deadline", [], ["--expose-gc"]);
  assert.deepEqual({ exitCode, stdout }, { exitCode: 0, stdout: "TimeoutError\n" });
});

for (const ms of [Number.NaN, -1, Number.NEGATIVE_INFINITY]) {
  test(`SLEEP-04 timeout refuses a duration of ${ms}, without calling fn`, async () => {
    const refused = timeout(ms, () => assert.fail("called"));
    await assert.rejects(refused, { name: "RangeError", message: new RegExp(`got ${ms}$`) });
  });
}

test("timeout does not cut off work that ignores its signal", async () => {
  const [expired, done] = [gate(), gate<string>()];
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

test("timeout() inside another one does not take the outer deadline for its own", async () => {
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

test("timeout() does not take the TimeoutError of a sibling in its group for its own", async () => {
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
