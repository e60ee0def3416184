import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Executor, ThreadPool } from "../../src/concurrency/index.js";
import * as calls from "../../src/labs/blocking/blocking-calls.js";
import { blocking } from "../../src/labs/blocking.js";

const { signal } = new AbortController();

/** No executor at all: a submitted call runs at once, on the submitting thread. */
const takenOut = (): Executor<typeof calls> =>
  ({
    submit: async (name: "busy" | "sleepSync", [ms]: [number]) =>
      ({ busy: calls.busy, sleepSync: calls.sleepSync })[name](ms),
    shutdown: async () => {},
  }) as unknown as Executor<typeof calls>;

test("blocking finds a stalled loop on main, but not in thread or process", async () => {
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

test("blocking's finding does not hold without an executor", async () => {
  const executors = { thread: takenOut, process: takenOut };
  const { findings, undecided } = await blocking({ forMs: 40, on: ["thread"] }, { signal }, executors);
  assert.equal(findings.length + undecided.length, 1);
  for (const { holds, measured } of findings) assert.equal(holds, false, measured);
});

test("blocking makes no finding if the call does not block", async () => {
  const idle = (): Executor<typeof calls> =>
    ({ submit: async () => 0, shutdown: async () => {} }) as unknown as Executor<typeof calls>;
  const executors = { thread: idle, process: idle };
  const { findings, undecided } = await blocking({ forMs: 50, on: ["thread"] }, { signal }, executors);
  assert.deepEqual([findings.length, undecided.length], [0, 1]);
});

test("blocking rejects with its signal's reason during a call, and ends the workers", async () => {
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
