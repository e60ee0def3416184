import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { FetchError } from "../../../src/http/client/fetch-error.js";
import { Receiver } from "../../../src/http/client/receiver.js";

const never = { at: Number.POSITIVE_INFINITY, timeoutMs: 1 };
const headers = (...texts: string[]) => texts.map((text) => Buffer.from(text));

test("Receiver keeps a body in one-byte chunks in one buffer", async () => {
  const receiver = new Receiver({ url: new URL("http://a") }, { maxBody: 2 ** 24, keepBody: false }, never);
  receiver.onHeaders(200, headers("Content-Encoding", "gzip"));
  const body = gzipSync(randomBytes(2_000_000));
  const before = process.memoryUsage();
  for (let i = 0; i < body.length; i++) receiver.onData(body.subarray(i, i + 1));
  const now = process.memoryUsage();
  const grown = (now.heapUsed + now.arrayBuffers - before.heapUsed - before.arrayBuffers) / 2 ** 20;
  assert.ok(grown < 100, `${grown} MiB for a body of 2 MB`);
  receiver.onComplete();
  const { bytes, body: kept } = await receiver.reply;
  assert.deepEqual([bytes, kept.length], [2_000_000, 0], "the decoded length, without the body");
});

test("Receiver fails with class too_large by Content-Length alone, but not for a HEAD", async () => {
  const length = headers("Content-Length", "1001");
  const head = new Receiver({ url: new URL("http://a"), method: "HEAD" }, { maxBody: 1000 }, never);
  head.onHeaders(200, length);
  head.onComplete();
  assert.equal((await head.reply).status, 200, "a HEAD has no body");
  const get = new Receiver({ url: new URL("http://a") }, { maxBody: 1000 }, never);
  get.onHeaders(200, length);
  await assert.rejects(get.reply, ({ class: errorClass }: FetchError) => errorClass === "too_large");
});

test("Receiver keeps a status of 400 or more if the body cannot be decoded", async () => {
  for (const status of [400, 503]) {
    const receiver = new Receiver({ url: new URL("http://a") }, { maxBody: 1000 }, never);
    receiver.onHeaders(status, headers("content-encoding", "gzip"));
    receiver.onData(gzipSync("busy").subarray(0, 15));
    receiver.onComplete();
    const reply = await receiver.reply;
    assert.deepEqual([reply.status, reply.bytes, reply.body.length], [status, 0, 0]);
  }
});

test("Receiver keeps the deadline while it decodes, and stays complete", async () => {
  const receiver = new Receiver({ url: new URL("http://a") }, { maxBody: 2 ** 24 }, never);
  receiver.onHeaders(200, headers("content-encoding", "gzip"));
  receiver.onData(gzipSync(Buffer.alloc(2 ** 24)));
  receiver.onComplete();
  receiver.expire();
  await assert.rejects(receiver.reply, ({ class: errorClass }: FetchError) => errorClass === "timeout");
  assert.equal(receiver.isComplete, true);
});

test("Receiver skips 100 interim replies, and fails with class protocol after them", async () => {
  const receiver = new Receiver({ url: new URL("http://a") }, { maxBody: 1000 }, never);
  for (let i = 0; i < 100; i++) receiver.onHeaders(103, []);
  receiver.onHeaders(103, []);
  await assert.rejects(receiver.reply, ({ class: errorClass }: FetchError) => errorClass === "protocol");
});
