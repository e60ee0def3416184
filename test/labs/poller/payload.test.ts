import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../../../src/labs/poller/payload.js";

test("decode keeps JSON as written, on one line", () => {
  for (const text of ["0", "null", "false", '""', "[]", "12345678901234567890", '{"a":1,"a":2,"__proto__":{}}']) {
    assert.deepEqual(decode(Buffer.from(text)), { encoding: "json", text });
  }
  assert.deepEqual(decode(Buffer.from('{\r\n  "a": "x\\n"\n}\n')), { encoding: "json", text: '{    "a": "x\\n" }' });
});

test("decode tells text from JSON and shows other bytes in hexadecimal", () => {
  assert.deepEqual(decode(Buffer.from("hello")), { encoding: "text", text: "hello" });
  assert.deepEqual(decode(Buffer.from("")), { encoding: "text", text: "" });
  assert.deepEqual(decode(Buffer.from("NaN")), { encoding: "text", text: "NaN" });
  assert.deepEqual(decode(Buffer.from([0xff, 0x00, 0x10])), { encoding: "hex", text: "ff0010" });
});

test("decode survives five million levels of nesting", () => {
  const text = "[".repeat(5_000_000) + "]".repeat(5_000_000);
  assert.equal(decode(Buffer.from(text)).text.length, 10_000_000);
});
