import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep } from "../../src/concurrency/index.js";
import { type HelloEvent, hello } from "../../src/labs/hello.js";

const { signal } = new AbortController();

test("hello overlaps its waits: each Hello! precedes the first Goodbye!", async () => {
  const events: HelloEvent[] = [];
  const report = await hello({ delayMs: 50, count: 3 }, { signal, emit: (event) => void events.push(event) });
  const said = ["Hello!", "Hello!", "Hello!", "Goodbye!", "Goodbye!", "Goodbye!"];
  assert.deepEqual(
    events.map(({ text }) => text),
    said,
  );
  assert.ok(report.seconds >= 0.05);
});

test("hello reports the life cycle of a program in order", async () => {
  const { lifeCycle, findings } = await hello({ delayMs: 0, count: 1 }, { signal });
  const steps = ["start", "tasks", "main done", "cancel", "gather", "close"];
  assert.deepEqual(
    lifeCycle.map(({ step }) => step),
    steps,
  );
  const times = lifeCycle.map(({ ms }) => ms);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  assert.equal(findings.length, 1, "one hello has nothing to overlap with");
  assert.equal(findings[0]?.holds, true);
});

test("hello rejects with its signal's reason and leaves nothing behind", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const greeted = hello({ delayMs: 60_000, count: 5 }, { signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(greeted, (error) => error === reason);
});

test("hello's finding on cancel does not hold for a heartbeat outside the group", async () => {
  const stray = new AbortController();
  let straying: Promise<void> | undefined;
  const { findings } = await hello({ delayMs: 0, count: 1 }, { signal }, async () => {
    straying = sleep(60_000, stray).catch(() => {});
  });
  stray.abort();
  await straying;
  assert.deepEqual(
    findings.map(({ holds }) => holds),
    [false],
  );
});

test("hello's finding on overlap does not hold for tasks longer than their wait", async () => {
  const busy = () => {
    const end = performance.now() + 30;
    while (performance.now() < end);
  };
  const { findings } = await hello({ delayMs: 1, count: 5 }, { signal, emit: busy });
  assert.equal(findings[0]?.holds, false);
});
