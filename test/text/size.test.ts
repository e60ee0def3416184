import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatSize, parseSize } from "../../src/text/size.js";

test("parseSize takes a number with a unit, by default bytes", () => {
  const cases = { "100B": 100, "1.5KiB": 1536, "10MiB": 10_485_760, "1GiB": 2 ** 30, "7": 7, "0": 0 };
  for (const [text, bytes] of Object.entries(cases)) assert.equal(parseSize(text), bytes, text);
});

test("parseSize refuses any other text", () => {
  for (const text of ["", "B", "-1", "1 B", "1kib", "1KB", ".5KiB", "1e3", "NaN", "0x1", "9".repeat(17)]) {
    assert.equal(parseSize(text), undefined, text);
  }
});

test("formatSize shows as many digits as are useful", () => {
  const sizes = [0, 1, 512, 1023, 1536, 20_480, 20 * 2 ** 20, 3 * 2 ** 30];
  const shown = ["0 B", "1 B", "512 B", "1023 B", "1.5 KiB", "20 KiB", "20 MiB", "3.0 GiB"];
  assert.deepEqual(sizes.map(formatSize), shown);
});
