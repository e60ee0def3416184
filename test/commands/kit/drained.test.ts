import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { drained } from "../../../src/commands/kit/drained.js";

const listeners = (stream: PassThrough) => stream.listenerCount("drain") + stream.listenerCount("close");

function fullStream(): PassThrough {
  const stream = new PassThrough({ highWaterMark: 1 });
  stream.write("more than that");
  return stream;
}

test("drained waits for room, for the stream's end or for the signal, and leaves no listener", async () => {
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

test("drained does not wait for what has ended already", async () => {
  const stream = fullStream();
  await drained(stream, AbortSignal.abort());
  stream.destroy();
  await new Promise((resolve) => stream.once("close", resolve));
  await drained(stream, new AbortController().signal);
});
