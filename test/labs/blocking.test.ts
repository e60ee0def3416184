import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Executor, ThreadPool } from "../../src/concurrency/index.js";
import * as calls from "../../src/labs/blocking/blocking-calls.js";
import { type BlockingReport, blocking } from "../../src/labs/blocking.js";

const { signal } = new AbortController();

/** No executor at all: what is submitted runs at once, on the thread that submits it. */
const takenOut = (): Executor<typeof calls> =>
  ({
    submit: async (name: "busy" | "sleepSync", [ms]: [number]) =>
      ({ busy: calls.busy, sleepSync: calls.sleepSync })[name](ms),
    shutdown: async () => {},
  }) as unknown as Executor<typeof calls>;

test("blocking finds that a call stalls the loop on main, and not in a thread or a process", async () => {
  const run = () => blocking({ forMs: 300, on: ["main", "thread", "process"] }, { signal });
  const elsewhere = ({ rows }: BlockingReport) => rows.filter(({ place }) => place !== "main");
  let report = await run();
  // A machine with much else to do stalls the loop as well, but not time and again.
  for (let tries = 1; tries < 4 && elsewhere(report).some(({ stallMs }) => stallMs >= 270); tries++)
    report = await run();
  const { rows, findings } = report;
  assert.deepEqual(
    rows.map(({ place, call }) => `${place} ${call}`),
    ["main busy", "main sleepSync", "thread busy", "thread sleepSync", "process busy", "process sleepSync"],
  );
  for (const { place, stallMs, loopDelayMs } of rows) {
    if (place !== "main")
      assert.ok(stallMs < 270, `${place}: ${stallMs}`); // not the whole call
    else assert.ok(stallMs >= 270 && loopDelayMs >= 270, `${stallMs}, ${loopDelayMs}`);
  }
  assert.equal(findings.length, 3);
  assert.equal(findings[0]?.holds, true);
});

test("blocking's finding does not hold once the executor is taken out", async () => {
  const executors = { thread: takenOut, process: takenOut };
  const { findings } = await blocking({ forMs: 100, on: ["thread", "process"] }, { signal }, executors);
  assert.deepEqual(
    findings.map(({ holds }) => holds),
    [false, false],
  );
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
