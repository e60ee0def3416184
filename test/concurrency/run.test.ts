import "../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as nodeSleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import {
  ExitError,
  Interrupted,
  isCancelled,
  Queue,
  type RunContext,
  run,
  sleep,
} from "../../src/concurrency/index.js";
import { isPending, latch, turn } from "../support/latch.js";

const forever = (signal: AbortSignal) => sleep(Number.POSITIVE_INFINITY, { signal });
const signals = ["SIGUSR2"] as const; // run-main.test.ts sends the usual signals, to processes of their own

test("run resolves with the value of main", async () => {
  assert.equal(await run(() => "value"), "value");
  assert.equal(await run(async () => "value"), "value");
});

test("run leaves no signal handler and does not set the exit code", async () => {
  const handlers = () => ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => process.listenerCount(signal));
  const [before, { exitCode }] = [handlers(), process];
  let during: number[] = [];
  const running = run(() => {
    during = handlers();
    throw new ExitError(3);
  });
  await assert.rejects(running, ExitError);
  assert.deepEqual(
    during,
    before.map((count) => count + 1),
  );
  assert.deepEqual(handlers(), before);
  assert.equal(process.exitCode, exitCode);
});

test("run rejects with main's own error, thrown or rejected", async () => {
  const failure = new Error("main broke");
  const thrown = run(() => {
    throw failure;
  });
  await assert.rejects(thrown, (error) => error === failure);
  const rejected = run(() => Promise.reject(failure));
  await assert.rejects(rejected, (error) => error === failure);
});

test("run aborts and awaits leftover tasks before it resolves", async () => {
  const cleanedUp = latch();
  let aborted = false;
  const running = run(({ spawn }) => {
    spawn(async (signal) => {
      await forever(signal).catch(() => {
        aborted = true;
      });
      await cleanedUp.passed;
    });
    return "value";
  });
  assert.equal(await isPending(running), true);
  assert.equal(aborted, true);
  cleanedUp.open();
  assert.equal(await running, "value");
});

test("run's spawn throws once run has ended", async () => {
  let left: RunContext | undefined;
  await run((context) => {
    left = context;
  });
  assert.equal(left?.signal.aborted, true);
  assert.throws(() => left?.spawn(() => assert.fail("started")), /closed/);
});

test("run aborts main if a task fails, and rejects with its error", async () => {
  const failure = new Error("the task broke");
  const running = run(async ({ signal, spawn }) => {
    spawn(() => Promise.reject(failure));
    await forever(signal);
  });
  await assert.rejects(running, (error) => error === failure);
});

test("run rejects with a task's error even if main returns", async () => {
  const failure = new Error("the task broke");
  const running = run(async ({ signal, spawn }) => {
    spawn(() => Promise.reject(failure));
    await forever(signal).catch(() => {});
    return "value";
  });
  await assert.rejects(running, (error) => error === failure);
});

test("run rejects with the first error and reports later ones", async () => {
  const reported: unknown[] = [];
  const running = run(
    ({ spawn, defer }) => {
      defer(() => Promise.reject("third: clean-up"));
      spawn((signal) => forever(signal).catch(() => Promise.reject("second: task")));
      throw "first: main";
    },
    { onError: (error) => reported.push(error) },
  );
  await assert.rejects(running, (error) => error === "first: main");
  assert.deepEqual(reported, ["second: task", "third: clean-up"]);
});

test("run rejects with Interrupted, which names the signal", async () => {
  const running = run(
    async ({ signal }) => {
      process.kill(process.pid, "SIGUSR2");
      await forever(signal);
    },
    { signals },
  );
  await assert.rejects(running, (error) => {
    assert.ok(error instanceof Interrupted);
    assert.deepEqual([error.name, error.signal, error.exitCode], ["Interrupted", "SIGUSR2", 140]);
    return true;
  });
});

test("run rejects with Interrupted if main stops with Node's AbortError", async () => {
  const running = run(
    async ({ signal }) => {
      process.kill(process.pid, "SIGUSR2");
      await nodeSleep(60_000, undefined, { signal });
    },
    { signals },
  );
  await assert.rejects(running, Interrupted);
});

test("run rejects with a failure of main instead of Interrupted", async () => {
  const broken = new Error("clean-up broke");
  const running = run(
    async ({ signal }) => {
      process.kill(process.pid, "SIGUSR2");
      await forever(signal).catch(() => Promise.reject(broken));
    },
    { signals },
  );
  await assert.rejects(running, (error) => error === broken);
});

test("run resolves with the value of a main that handles Interrupted", async () => {
  const running = run(
    async ({ signal }) => {
      process.kill(process.pid, "SIGUSR2");
      return forever(signal).catch((error) => isCancelled(error, signal) && "saved my work");
    },
    { signals },
  );
  assert.equal(await running, "saved my work");
});

test("run holds a handle while main waits, and releases it", async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const queue = new Queue<string>();
  const running = run(() => queue.get());
  assert.ok(timers() > before);
  queue.putNowait("item");
  assert.equal(await running, "item");
  assert.equal(timers(), before);
});

test("run inside run rejects and leaves the outer one alone", async () => {
  const value = await run(async ({ signal }) => {
    await assert.rejects(
      run(() => assert.fail("called")),
      /another run\(\) is active/,
    );
    return signal.aborted ? "disturbed" : "undisturbed";
  });
  assert.equal(value, "undisturbed");
  assert.equal(await run(() => "again"), "again");
});

test("run awaits clean-ups last in, first out, after all tasks", async () => {
  const order: string[] = [];
  const cleanUp = (name: string) => async () => {
    order.push(`${name} begins`);
    await turn();
    order.push(`${name} ends`);
  };
  await run(({ spawn, defer }) => {
    defer(cleanUp("a"));
    defer(cleanUp("b"));
    spawn((signal) => forever(signal).finally(cleanUp("task")));
  });
  assert.deepEqual(order, ["task begins", "task ends", "b begins", "b ends", "a begins", "a ends"]);
});

test("run calls a clean-up registered by a clean-up next", async () => {
  const order: string[] = [];
  await run(({ defer }) => {
    defer(() => order.push("a"));
    defer(() => defer(() => order.push("by b")));
  });
  assert.deepEqual(order, ["by b", "a"]);
});

test("run goes on after a clean-up that throws, and rejects with its error", async () => {
  const called: string[] = [];
  const running = run(({ defer }) => {
    defer(() => called.push("a"));
    defer(() => {
      throw "b broke";
    });
    defer(() => called.push("c"));
    return "value";
  });
  await assert.rejects(running, (error) => error === "b broke");
  assert.deepEqual(called, ["c", "a"]);
});

test("run's defer throws at once without a function", async () => {
  const called: string[] = [];
  const running = run(({ defer }) => {
    defer(() => called.push("a"));
    defer(undefined as unknown as () => void);
  });
  await assert.rejects(running, { name: "TypeError", message: "defer() expects a function, got undefined" });
  assert.deepEqual(called, ["a"]);
});

test("run rejects an unknown signal, and the next run works", async () => {
  const running = run(() => "never", { signals: ["NOPE" as NodeJS.Signals] });
  await assert.rejects(running, { name: "TypeError", message: "there is no signal NOPE here" });
  assert.equal(await run(() => "next"), "next");
});

for (const code of [256, -1, 1.5, Number.NaN, undefined, null, "3"]) {
  test(`ExitError refuses the code ${code}`, () => {
    assert.throws(() => new ExitError(code as number), RangeError);
  });
}

test("run works in a worker thread, which gets no signals", async () => {
  const worker = new Worker(new URL("../support/programs/runs-in-a-worker.js", import.meta.url));
  const [[value], [exitCode]] = await Promise.all([once(worker, "message"), once(worker, "exit")]);
  assert.deepEqual({ value, exitCode }, { value: ["task", "clean-up"], exitCode: 0 });
});
