import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDuration } from "../../src/terminal/duration.js";

test("parseDuration takes a number with a unit; a bare one is milliseconds", () => {
  const cases = { "250ms": 250, "1s": 1000, "1.5s": 1500, "2m": 120_000, "1h": 3_600_000, "0": 0, "300": 300 };
  for (const [text, ms] of Object.entries(cases)) assert.equal(parseDuration(text), ms, text);
});

test("parseDuration refuses everything else", () => {
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
