import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration, parseDuration } from "../../src/terminal/duration.js";

test("parseDuration takes a number with a unit, by default milliseconds", () => {
  const cases = { "250ms": 250, "1s": 1000, "1.5s": 1500, "2m": 120_000, "1h": 3_600_000, "0": 0, "300": 300 };
  for (const [text, ms] of Object.entries(cases)) assert.equal(parseDuration(text), ms, text);
});

test("parseDuration refuses any other text", () => {
  for (const text of [
    "",
    "s",
    "-1s",
    "1 s",
    "1S",
    ".5s",
    "1.s",
    "1e3",
    "Infinity",
    "NaN",
    "0x1",
    "1s2",
    "9".repeat(400),
  ]) {
    assert.equal(parseDuration(text), undefined, text);
  }
});

test("formatDuration shows as many digits as are useful", () => {
  assert.deepEqual([3.21, 250.4, 1500, 125_000].map(formatDuration), ["3.2 ms", "250 ms", "1.50 s", "2 min 5 s"]);
});
