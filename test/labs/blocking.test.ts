import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Executor, ThreadPool } from "../../src/concurrency/index.js";
import * as calls from "../../src/labs/blocking/blocking-calls.js";
import { blocking } from "../../src/labs/blocking.js";

const { signal } = new AbortController();

/** No executor at all: what is submitted runs at once, on the thread that submits it. */
const takenOut = (): Executor<typeof calls> =>
  ({
    submit: async (name: "busy" | "sleepSync", [ms]: [number]) =>
      ({ busy: calls.busy, sleepSync: calls.sleepSync })[name](ms),
    shutdown: async () => {},
  }) as unknown as Executor<typeof calls>;

test("blocking finds that a call stalls the loop on main, and not in a thread or a process", async () => {
  const { rows, findings, undecided } = await blocking({ forMs: 300, on: ["main", "thread", "process"] }, { signal });
  assert.deepEqual(
    rows.map(({ place, call }) => `${place} ${call}`),
    ["main busy", "main sleepSync", "thread busy", "thread sleepSync", "process busy", "process sleepSync"],
  );
  for (const { place, stallMs, loopDelayMs, callMs } of rows) {
    assert.ok(callMs >= 270, `${callMs}`);
    if (place === "main") assert.ok(stallMs >= 270 && loopDelayMs >= 270, `${stallMs}, ${loopDelayMs}`);
  }
  assert.equal(findings.length + undecided.length, 3); // a machine without a calm moment decides nothing
  assert.deepEqual(
    findings.filter(({ holds }) => !holds),
    [],
  );
  assert.match(findings[0]?.claim ?? "", /On the main thread/);
});

test("blocking's finding does not hold for a thread that is the main thread", async () => {
  const executors = { thread: takenOut, process: takenOut };
  const { findings, undecided } = await blocking({ forMs: 40, on: ["thread"] }, { signal }, executors);
  assert.equal(findings.length + undecided.length, 1);
  for (const { holds, measured } of findings) assert.equal(holds, false, measured);
});

test("blocking says nothing of a thread in which the call does not block", async () => {
  const idle = (): Executor<typeof calls> =>
    ({ submit: async () => 0, shutdown: async () => {} }) as unknown as Executor<typeof calls>;
  const executors = { thread: idle, process: idle };
  const { findings, undecided } = await blocking({ forMs: 50, on: ["thread"] }, { signal }, executors);
  assert.deepEqual([findings.length, undecided.length], [0, 1]);
});

test("blocking ends with the signal's reason in the middle of a call, and no worker is left", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const url = new URL("../../src/labs/blocking/blocking-calls.js", import.meta.url);
  let warm = false;
  const thread = () => {
    const pool = new ThreadPool<typeof calls>(url, { maxWorkers: 1 });
    const submit = pool.submit.bind(pool);
    pool.submit = (...args) => {
      if (warm) setImmediate(() => controller.abort(reason));
      warm = true;
      return submit(...args);
    };
    return pool;
  };
  const running = blocking(
    { forMs: 60_000, on: ["thread"] },
    { signal: controller.signal },
    { thread, process: takenOut },
  );
  await assert.rejects(running, (error) => error === reason);
});
