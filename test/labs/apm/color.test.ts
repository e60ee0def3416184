import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { colorFor, isColor } from "../../../src/labs/apm/color.js";

test("isColor takes CSS names in any case and #hex only", () => {
  for (const color of ["red", "RebeccaPurple", "lightgoldenrodyellow", "grey", "#abc", "#A0B1c2"])
    assert.ok(isColor(color), color);
  for (const color of ["", "#ab", "#abcd", "#12345g", "redd", "constructor", "__proto__", "red;", "rgb(1,2,3)", "red "])
    assert.ok(!isColor(color), color);
});

test("colorFor gives each name a colour of its own every time", () => {
  const names = Array.from({ length: 100 }, (_, i) => `app-${i}`);
  const colors = names.map(colorFor);
  assert.ok(colors.every(isColor));
  assert.deepEqual(names.map(colorFor), colors);
  assert.ok(new Set(colors).size >= 12);
});
