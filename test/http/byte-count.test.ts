import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { byteCount } from "../../src/http/byte-count.js";
import { decode } from "../../src/http/decode.js";
import { fetching } from "../support/fetching.js";
import { startOrigin } from "../support/origin.js";

test("byteCount is exact, and knows that one is no plural", () => {
  assert.deepEqual([0, 1, 2, 10_485_760].map(byteCount), ["0 bytes", "1 byte", "2 bytes", "10485760 bytes"]);
});

test("byteCount words what a body that is too long, or ends too early, has", async (t) => {
  const origin = await startOrigin(t, (_request, response) => void response.end("xx"));
  const { results } = await fetching([origin.url, "--max-body", "1"]);
  assert.deepEqual(results[0]?.error, { class: "too_large", message: "the body is longer than 1 byte" });
  const { signal } = new AbortController();
  const body = gzipSync("xx");
  await assert.rejects(decode({ status: 200, body }, "gzip", 1, signal), /longer than 1 byte, decoded$/);
  const cut = body.subarray(0, 1);
  await assert.rejects(decode({ status: 200, body: cut }, "gzip", 1, signal), /got 1 byte of it$/);
});
