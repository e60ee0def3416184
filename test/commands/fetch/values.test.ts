import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { header, levels, rate, size } from "../../../src/commands/fetch/values.js";
import { BadValue } from "../../../src/commands/kit/option.js";
import { anyText } from "../../support/any-text.js";

test("levels expands an ellipsis by the factor before it", () => {
  assert.deepEqual(levels("1,2,4,…,256"), [1, 2, 4, 8, 16, 32, 64, 128, 256]);
  assert.deepEqual(levels("1,2,...,6"), [1, 2, 4, 6]);
  assert.deepEqual(levels("10,30,…,270,1000"), [10, 30, 90, 270, 1000]);
  assert.deepEqual(levels("5,7,100"), [5, 7, 100]);
});

test("rate and size parse their units", () => {
  assert.deepEqual([rate("100"), rate("2.5/s"), rate("30/m")], [100, 2.5, 0.5]);
  assert.deepEqual([size("1"), size("10MiB"), size("1.5KiB"), size("1GiB")], [1, 10 * 2 ** 20, 1536, 2 ** 30]);
});

test("header splits name and value", () => {
  assert.deepEqual(header("Accept: text/html "), ["accept", "text/html"]);
  assert.deepEqual(header("x-empty;"), ["x-empty", ""]);
  for (const text of ["Accept:", "accept: \t"]) assert.deepEqual(header(text), ["accept", undefined]);
  for (const text of ["host:", "Host;", "x; y", "x"]) assert.throws(() => header(text), BadValue);
  assert.deepEqual(header("x: a:b"), ["x", "a:b"]);
});

test("levels, rate, size and header throw nothing but BadValue", () => {
  const typed = fc.oneof(anyText, fc.array(fc.constantFrom("1", "2", "8", "…", "...", "", "x")).map(String));
  for (const parse of [levels, rate, size, header]) {
    fc.assert(
      fc.property(typed, (text) => {
        try {
          parse(text);
        } catch (error) {
          assert.ok(error instanceof BadValue, String(error));
        }
      }),
    );
  }
});
