import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { giveUpOnceAborted } from "../../../src/commands/kit/patience.js";

/** How often it has given up, by a clock that the test turns. */
function patient(t: TestContext, signal: AbortSignal) {
  const timers = new Map<object, { at: number; ring: () => void }>();
  let now = 0;
  t.mock.method(globalThis, "setTimeout", (ring: () => void, ms: number) => {
    const timer = {};
    timers.set(timer, { at: now + ms, ring });
    return timer;
  });
  t.mock.method(globalThis, "clearTimeout", (timer: object) => timers.delete(timer));
  const tick = (ms: number) => {
    now += ms;
    for (const [timer, { at, ring }] of timers) if (at <= now && timers.delete(timer)) ring();
  };
  const counts = { gaveUp: 0 };
  const start = () => giveUpOnceAborted(signal, () => counts.gaveUp++);
  return { counts, forget: start(), start, tick };
}

test("giveUpOnceAborted gives up a second after the signal, once", (t) => {
  const controller = new AbortController();
  const { counts, tick } = patient(t, controller.signal);
  tick(60_000);
  assert.equal(counts.gaveUp, 0, "nobody asked for the end");
  controller.abort();
  tick(999);
  assert.equal(counts.gaveUp, 0);
  tick(1);
  tick(60_000);
  assert.equal(counts.gaveUp, 1);
});

test("giveUpOnceAborted counts from now if the signal has aborted already", (t) => {
  const { counts, tick } = patient(t, AbortSignal.abort());
  tick(999);
  assert.equal(counts.gaveUp, 0);
  tick(1);
  assert.equal(counts.gaveUp, 1);
});

test("giveUpOnceAborted forgets it when told so, before the signal and after", (t) => {
  const controller = new AbortController();
  const { counts, forget, start, tick } = patient(t, controller.signal);
  forget();
  const forgetLater = start();
  controller.abort();
  forgetLater();
  tick(60_000);
  assert.equal(counts.gaveUp, 0);
});
