/**
 * Every test file imports this file for its effect. After each test, no abort listener, timer or immediate may be left
 * that was not there before. No rejection may have gone unhandled, and Node must not have printed a warning.
 *
 * Where tests run at once, leftovers can only be seen when none of them runs. The last test to end then fails for them
 * all.
 */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { afterEach, beforeEach } from "node:test";

const touched = new Set<AbortSignal>();
const complaints: unknown[] = [];
let timersBefore = 0;
let running = 0;
let looking = false; // true while it checks for leftovers; the next test may begin meanwhile

const { addEventListener } = AbortSignal.prototype;
AbortSignal.prototype.addEventListener = function (this: AbortSignal, ...args: Parameters<typeof addEventListener>) {
  if (!calledByTestRunner()) touched.add(this);
  return addEventListener.apply(this, args);
} as typeof addEventListener;

process.on("unhandledRejection", (reason) => complaints.push(reason));
process.on("warning", (warning) => complaints.push(warning));

beforeEach(() => {
  if (running++ > 0 || looking) return;
  touched.clear();
  timersBefore = timers();
});

afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve)); // Node reports unhandled rejections after the microtasks
  running--;
  assert.deepEqual(complaints.splice(0), [], "unhandled rejections or warnings");
  if (running > 0) return;
  const left = [...touched].filter((signal) => getEventListeners(signal, "abort").length > 0);
  assert.equal(left.length, 0, "signals with an abort listener left on them");
  looking = true;
  for (let turn = 0; turn < 20 && timers() > timersBefore && running === 0; turn++) {
    await new Promise((resolve) => setImmediate(resolve)); // sockets closed just now still have callbacks to come
  }
  looking = false;
  if (running === 0) assert.ok(timers() <= timersBefore, "timers left running");
});

/** Whether the test runner adds the listener. It listens on each test's own signal until after these hooks. */
function calledByTestRunner(): boolean {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 5;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = limit;
  return stack.includes("stopTest (node:internal/test_runner");
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout" || name === "Immediate").length;
}
