import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { decode } from "../../../src/http/client/decode.js";
import type { FetchError } from "../../../src/http/client/fetch-error.js";
import { fetching } from "../../support/fetching.js";
import { startOrigin } from "../../support/origin.js";

const { signal } = new AbortController();
const text = Array.from({ length: 100 }, (_, i) => `line ${i}\n`).join("");

for (const [coding, compress] of Object.entries({ gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync })) {
  test(`decode undoes ${coding}, and rejects a truncated body`, async () => {
    const body = compress(text);
    assert.equal((await decode({ status: 200, body }, coding, 10_000, signal)).toString(), text);
    const cut = body.subarray(0, -5);
    await assert.rejects(decode({ status: 200, body: cut }, coding, 10_000, signal), (error: FetchError) => {
      assert.deepEqual([error.class, error.status], ["bad_body", 200]);
      assert.equal(error.message, `expected ${coding} to its end, got ${cut.length} bytes of it`);
      return true;
    });
  });
}

test("decode stops soon after an abort, and soon after maxBody", async () => {
  const bomb = gzipSync(Buffer.alloc(2 ** 28)); // 256 MiB take half a second
  const controller = new AbortController();
  const start = performance.now();
  const decoding = decode({ status: 200, body: bomb }, "gzip", 2 ** 29, controller.signal);
  setTimeout(() => controller.abort(), 10);
  await assert.rejects(decoding, { name: "AbortError" });
  const cancelled = performance.now() - start;
  const whole = performance.now();
  assert.equal((await decode({ status: 200, body: bomb }, "gzip", 2 ** 29, signal)).length, 2 ** 28);
  assert.ok(cancelled < (performance.now() - whole) / 2, `${cancelled} ms`);
  await assert.rejects(decode({ status: 200, body: bomb }, "gzip", 2 ** 20, signal), { class: "too_large" });
});

test("decode counts bytes in its messages, and knows the singular", async (t) => {
  const origin = await startOrigin(t, (_request, response) => void response.end("xx"));
  const { results } = await fetching([origin.url, "--max-body", "1"]);
  assert.deepEqual(results[0]?.error, { class: "too_large", message: "the body is longer than 1 byte" });
  const body = gzipSync("xx");
  await assert.rejects(decode({ status: 200, body }, "gzip", 1, signal), /longer than 1 byte, decoded$/);
  const cut = body.subarray(0, 1);
  await assert.rejects(decode({ status: 200, body: cut }, "gzip", 1, signal), /got 1 byte of it$/);
});
