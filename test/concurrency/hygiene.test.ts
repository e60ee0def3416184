import "../support/hygiene.js";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { countHooks, createController } from "../../src/concurrency/cancellation.js";
import {
  type Abortable,
  gather,
  isCancelled,
  mapConcurrent,
  run,
  streamConcurrent,
  taskGroup,
} from "../../src/concurrency/index.js";
import { turn } from "../support/latch.js";
import { breaks, broken, drain, forever, operations } from "../support/operations.js";
import { startProgram } from "../support/program.js";

for (const [name, { works, fails, waits }] of Object.entries(operations)) {
  test(`${name} leaves no listener on its signal`, async () => {
    const controller = new AbortController();
    const { signal } = controller;
    signal.addEventListener("abort", turn, { once: true }); // a listener of another owner
    const listeners = () => getEventListeners(signal, "abort").length;

    await works({ signal });
    assert.equal(listeners(), 1, "after a value");
    if (fails) {
      await assert.rejects(fails({ signal }));
      assert.equal(listeners(), 1, "after an error");
    }
    const waiting = waits({ signal });
    assert.ok(listeners() > 1, "while it waits");
    controller.abort("enough");
    await assert.rejects(waiting, (reason) => reason === "enough");
    assert.equal(listeners(), 0, "after the abort");
    await assert.rejects(waits({ signal }), (reason) => reason === "enough");
    assert.equal(listeners(), 0, "with a signal that is aborted already");
  });

  test(`${name} leaves no hook on a signal of a group`, async () => {
    const { signal } = createController();
    await works({ signal });
    if (fails) await assert.rejects(fails({ signal }));
    assert.equal(countHooks(signal), 0);
  });

  for (const reason of [new RangeError("enough"), "enough", null]) {
    test(`${name} rejects with its signal's own reason: ${reason}`, async () => {
      const [controller, other] = [new AbortController(), AbortSignal.abort()];
      const { signal } = controller;
      const waiting = waits({ signal });
      controller.abort(reason);
      const error = await waiting.catch((error) => error);
      assert.equal(error, reason);
      assert.equal(isCancelled(error, signal), true);
      assert.equal(isCancelled(error, other), false);
    });
  }
}

test("one signal ends a thousand operations without a warning or a listener left", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const kinds = Object.values(operations);
  const waiting = Promise.allSettled(
    Array.from({ length: 1000 }, (_, i) => kinds[i % kinds.length]?.waits({ signal })),
  );
  controller.abort("enough");
  for (const outcome of await waiting) assert.deepEqual(outcome, { status: "rejected", reason: "enough" });
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("a long-lived signal keeps no memory of ended waits", async () => {
  const { exitCode, stdout } = await startProgram("waits-many-times", [], ["--expose-gc", "--no-opt"]);
  assert.equal(exitCode, 0);
  const bytes = Number(stdout); // usually 0; each wait that is kept costs about 700
  assert.ok(bytes < 100, `${bytes} bytes kept per wait`);
});

/** Fails once it is aborted. */
const failsInCleanUp = (signal: AbortSignal) =>
  forever(signal).catch(() => Promise.reject(new Error("clean-up broke")));

const failsToStop: AsyncIterable<string> = {
  [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: breaks }),
};

/** Each of these drops an error by design. The hygiene hook would report it as an unhandled rejection. */
const losers: Record<string, (opts: Abortable) => Promise<unknown>> = {
  "gather's second failure": () => gather([breaks, breaks, failsInCleanUp]),
  "gather's clean-up failure after an outer abort": (opts) => gather([failsInCleanUp, forever], opts),
  "mapConcurrent's second failure": () => mapConcurrent([1, 2], breaks, { concurrency: 2 }),
  "mapConcurrent's mapper failure after an outer abort": (opts) =>
    mapConcurrent([1, 2], (_item, _i, signal) => failsInCleanUp(signal), { ...opts, concurrency: 2 }),
  "streamConcurrent's second failure": () => drain(streamConcurrent([1, 2], breaks, { concurrency: 2 })),
  "streamConcurrent's mapper failure after an outer abort": (opts) =>
    drain(streamConcurrent([1, 2], (_item, _i, signal) => failsInCleanUp(signal), { ...opts, concurrency: 2 })),
  "streamConcurrent's mapper failure after a break": async () => {
    const map = async (item: number, _i: number, signal: AbortSignal) => item === 1 || failsInCleanUp(signal);
    for await (const _ of streamConcurrent([1, 2, 3], map, { concurrency: 3 })) break;
    throw broken;
  },
  "mapConcurrent's failure to close its input": (opts) => mapConcurrent(failsToStop, turn, { ...opts, concurrency: 1 }),
  "taskGroup's handle of a failed task": () => taskGroup((group) => void group.spawn(breaks)),
  "taskGroup's handle of a cancelled task": () =>
    taskGroup((group) => {
      group.spawn(forever).cancel();
      throw broken;
    }),
  "run's handle of a failed task": () =>
    run(async ({ spawn, signal }) => {
      spawn(breaks);
      await forever(signal);
    }),
};

for (const [name, start] of Object.entries(losers)) {
  test(`${name} causes no unhandled rejection`, async () => {
    const controller = new AbortController();
    const work = start({ signal: controller.signal });
    const rejected = assert.rejects(work);
    await turn();
    await turn();
    controller.abort("enough");
    await rejected;
  });
}
