import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { type TestContext, test } from "node:test";
import { drained, giveUpOnceAborted } from "../../../src/commands/kit/slow-reader.js";

const listeners = (stream: PassThrough) => stream.listenerCount("drain") + stream.listenerCount("close");

function fullStream(): PassThrough {
  const stream = new PassThrough({ highWaterMark: 1 });
  stream.write("more than that");
  return stream;
}

test("drained waits for room, for close or for an abort, and leaves no listener", async () => {
  const { signal } = new AbortController();
  const ended = new AbortController();
  const ends: ((stream: PassThrough) => unknown)[] = [
    (stream) => stream.resume(),
    (stream) => stream.destroy(),
    () => ended.abort(),
  ];
  for (const end of ends) {
    const stream = fullStream();
    const before = listeners(stream);
    let isOver = false;
    const waiting = drained(stream, end === ends[2] ? ended.signal : signal).then(() => {
      isOver = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isOver, false);
    end(stream);
    await waiting;
    assert.equal(listeners(stream), before);
  }
});

test("drained does not wait for a closed stream or an aborted signal", async () => {
  const stream = fullStream();
  await drained(stream, AbortSignal.abort());
  stream.destroy();
  await new Promise((resolve) => stream.once("close", resolve));
  await drained(stream, new AbortController().signal);
});

/** Counts the calls of giveUp, under a clock that the test turns. */
function countGiveUps(t: TestContext, signal: AbortSignal) {
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

test("giveUpOnceAborted gives up once, a second after the abort", (t) => {
  const controller = new AbortController();
  const { counts, tick } = countGiveUps(t, controller.signal);
  tick(60_000);
  assert.equal(counts.gaveUp, 0, "not before the abort");
  controller.abort();
  tick(999);
  assert.equal(counts.gaveUp, 0);
  tick(1);
  tick(60_000);
  assert.equal(counts.gaveUp, 1);
});

test("giveUpOnceAborted starts its second at once if the signal has aborted already", (t) => {
  const { counts, tick } = countGiveUps(t, AbortSignal.abort());
  tick(999);
  assert.equal(counts.gaveUp, 0);
  tick(1);
  assert.equal(counts.gaveUp, 1);
});

test("giveUpOnceAborted can be cancelled before and after the abort", (t) => {
  const controller = new AbortController();
  const { counts, forget, start, tick } = countGiveUps(t, controller.signal);
  forget();
  const forgetLater = start();
  controller.abort();
  forgetLater();
  tick(60_000);
  assert.equal(counts.gaveUp, 0);
});
