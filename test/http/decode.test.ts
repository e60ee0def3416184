import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { decode } from "../../src/http/decode.js";
import type { FetchError } from "../../src/http/fetch-error.js";

const text = Array.from({ length: 100 }, (_, i) => `line ${i}\n`).join("");

for (const [coding, compress] of Object.entries({ gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync })) {
  test(`decode undoes ${coding}, and says of one that ends too early that it does`, async () => {
    const body = compress(text);
    assert.equal((await decode({ status: 200, body }, coding, 10_000)).toString(), text);
    const cut = body.subarray(0, -5);
    await assert.rejects(decode({ status: 200, body: cut }, coding, 10_000), (error: FetchError) => {
      assert.deepEqual([error.class, error.status], ["bad_body", 200]);
      assert.equal(error.message, `expected ${coding} to its end, got ${cut.length} bytes of it`);
      return true;
    });
  });
}
