import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { cut } from "../../src/text/cut.js";

test("cut leaves a short text as it is, and says where it has left something out", () => {
  assert.deepEqual(
    ["", "abc", "abcd", "abcde"].map((text) => cut(text, 4)),
    ["", "abc", "abcd", "abc…"],
  );
});

test("cut never leaves half a character", () => {
  assert.equal(cut("ab🎈cd", 4), "ab…");
  assert.equal(cut("ab🎈cd", 5), "ab🎈…");
});
