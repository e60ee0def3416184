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
import { gate, isPending, turn } from "../support/gate.js";

const forever = (signal: AbortSignal) => sleep(Number.POSITIVE_INFINITY, { signal });
const signals = ["SIGUSR2"] as const; // run-main.test.ts sends the usual ones to processes of their own

test("RUN-01 run resolves with the value of main", async () => {
  assert.equal(await run(() => "value"), "value");
  assert.equal(await run(async () => "value"), "value");
});

test("RUN-01 run leaves no signal handler behind and does not touch the exit code", async () => {
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

test("RUN-02 run rejects with the very error of main, thrown or rejected", async () => {
  const failure = new Error("main broke");
  const thrown = run(() => {
    throw failure;
  });
  await assert.rejects(thrown, (error) => error === failure);
  const rejected = run(() => Promise.reject(failure));
  await assert.rejects(rejected, (error) => error === failure);
});

test("RUN-03 tasks left over when main returns are aborted and awaited before run resolves with main's value", async () => {
  const cleanedUp = gate();
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

test("RUN-03 nothing can be spawned once run has ended", async () => {
  let left: RunContext | undefined;
  await run((context) => {
    left = context;
  });
  assert.equal(left?.signal.aborted, true);
  assert.throws(() => left?.spawn(() => assert.fail("started")), /closed/);
});

test("RUN-03 a spawned task that fails aborts main, and run rejects with its error", async () => {
  const failure = new Error("the task broke");
  const running = run(async ({ signal, spawn }) => {
    spawn(() => Promise.reject(failure));
    await forever(signal);
  });
  await assert.rejects(running, (error) => error === failure);
});

test("RUN-03 the error of a task comes out even if main returns normally", async () => {
  const failure = new Error("the task broke");
  const running = run(async ({ signal, spawn }) => {
    spawn(() => Promise.reject(failure));
    await forever(signal).catch(() => {});
    return "value";
  });
  await assert.rejects(running, (error) => error === failure);
});

test("RUN-05 the first error is thrown, later ones of tasks and clean-ups are reported", async () => {
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

test("RUN-06 a signal aborts run's signal with a reason that names it, and that comes out", async () => {
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

test("RUN-06 the reason comes out even if main stops with Node's own AbortError", async () => {
  const running = run(
    async ({ signal }) => {
      process.kill(process.pid, "SIGUSR2");
      await nodeSleep(60_000, undefined, { signal });
    },
    { signals },
  );
  await assert.rejects(running, Interrupted);
});

test("RUN-06 a failure while main stops after a signal comes out instead of the interrupt", async () => {
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

test("RUN-09 a main that handles the interrupt decides what run resolves with", async () => {
  const running = run(
    async ({ signal }) => {
      process.kill(process.pid, "SIGUSR2");
      return forever(signal).catch((error) => isCancelled(error, signal) && "saved my work");
    },
    { signals },
  );
  assert.equal(await running, "saved my work");
});

test("RUN-10 run holds a handle while main waits for something that has none, and lets go of it", async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const queue = new Queue<string>();
  const running = run(() => queue.get());
  assert.ok(timers() > before);
  queue.putNowait("item");
  assert.equal(await running, "item");
  assert.equal(timers(), before);
});

test("RUN-13 run inside run rejects, and leaves the outer one alone", async () => {
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

test("RUN-15 clean-ups run last in, first out, one after another, each awaited, after all tasks have stopped", async () => {
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

test("RUN-15 a clean-up registered by a clean-up runs next", async () => {
  const order: string[] = [];
  await run(({ defer }) => {
    defer(() => order.push("a"));
    defer(() => defer(() => order.push("by b")));
  });
  assert.deepEqual(order, ["by b", "a"]);
});

test("RUN-15 a clean-up that throws does not stop the others, and its error comes out", async () => {
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

test("RUN-16 run works in a worker thread, which never sees a signal", async () => {
  const worker = new Worker(new URL("../support/programs/runs-in-a-worker.js", import.meta.url));
  const [[value], [exitCode]] = await Promise.all([once(worker, "message"), once(worker, "exit")]);
  assert.deepEqual({ value, exitCode }, { value: ["task", "clean-up"], exitCode: 0 });
});
