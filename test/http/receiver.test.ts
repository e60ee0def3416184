import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Receiver } from "../../src/http/receiver.js";

test("row 54: a body in crumbs takes no more memory than in one piece, whatever asks for it to be kept", async () => {
  const receiver = new Receiver({ at: Number.POSITIVE_INFINITY, timeoutMs: 1 }, { maxBody: 2 ** 24, keepBody: false });
  receiver.onHeaders(
    200,
    ["Content-Encoding", "gzip"].map((text) => Buffer.from(text)),
  );
  const before = process.memoryUsage();
  const read = Buffer.alloc(64 * 1024, "a");
  const crumbs = 2_000_000;
  for (let i = 0; i < crumbs; i++) receiver.onData(read.subarray(i % read.length, (i % read.length) + 1));
  const now = process.memoryUsage();
  const grown = (now.heapUsed + now.arrayBuffers - before.heapUsed - before.arrayBuffers) / 2 ** 20;
  assert.ok(grown < 100, `${grown} MiB for a body of 2 MB`);
  receiver.onComplete();
  await receiver.done;
  assert.deepEqual(receiver.body, Buffer.alloc(crumbs, "a"));
});
