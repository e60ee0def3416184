import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { colorLevel } from "../../src/terminal/palette.js";

const pipe = { isTTY: undefined as never, getColorDepth: () => assert.fail("a pipe has no colour depth") };
const terminal = (depth: number) => ({ isTTY: true, getColorDepth: () => depth });

test("colorLevel follows the colour depth of the terminal", () => {
  assert.deepEqual(
    [1, 4, 8, 24].map((depth) => colorLevel(terminal(depth), false, {})),
    [0, 1, 2, 3],
  );
  assert.equal(colorLevel(pipe, false, {}), 0);
});

test("colorLevel obeys --no-color and NO_COLOR before FORCE_COLOR", () => {
  const forced = ["0", "false", "", "1", "2", "3"].map((value) => colorLevel(pipe, false, { FORCE_COLOR: value }));
  assert.deepEqual(forced, [0, 0, 1, 1, 2, 3]);
  assert.equal(colorLevel(terminal(24), false, { FORCE_COLOR: "3", NO_COLOR: "1" }), 0);
  assert.equal(colorLevel(terminal(24), false, { NO_COLOR: "" }), 3);
  assert.equal(colorLevel(terminal(24), true, { FORCE_COLOR: "3" }), 0);
});
