import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "../../src/terminal/fold.js";

test("fold breaks lines at spaces and indents all but the first", () => {
  assert.deepEqual(fold("one two three", 8), ["one two", "three"]);
  assert.deepEqual(fold("one two three", 8, "  "), ["one two", "  three"]);
  assert.deepEqual(fold("one two", Number.POSITIVE_INFINITY), ["one two"]);
  assert.deepEqual(fold("", 5), [""]);
});

test("fold breaks at double spaces only, if there are any", () => {
  assert.deepEqual(fold("p50 1  p90 2  p99 3", 12), ["p50 1  p90 2", "p99 3"]);
});

test("fold breaks no word", () => {
  assert.deepEqual(fold("a http://host/path b", 6, " "), ["a", " http://host/path", " b"]);
});
