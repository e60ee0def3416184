import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { cut } from "../../src/text/cut.js";

test("cut keeps a short text, and marks a shortened one with an ellipsis", () => {
  assert.deepEqual(
    ["", "abc", "abcd", "abcde"].map((text) => cut(text, 4)),
    ["", "abc", "abcd", "abc…"],
  );
});

test("cut never splits a character", () => {
  assert.equal(cut("ab🎈cd", 4), "ab…");
  assert.equal(cut("ab🎈cd", 5), "ab🎈…");
});
