import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { WriteStream } from "node:tty";
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
  assert.equal(colorLevel(pipe, false, { NO_COLOR: "" }), 0);
  assert.equal(colorLevel(terminal(24), true, { FORCE_COLOR: "3" }), 0);
});

test("colorLevel obeys CLICOLOR=0 and CLICOLOR_FORCE, behind FORCE_COLOR", () => {
  assert.equal(colorLevel(terminal(24), false, { CLICOLOR: "0" }), 0);
  assert.equal(colorLevel(terminal(24), false, { CLICOLOR: "1" }), 3);
  assert.equal(colorLevel(pipe, false, { CLICOLOR: "1" }), 0);
  const forced = ["1", "yes", "0", ""].map((value) => colorLevel(pipe, false, { CLICOLOR_FORCE: value }));
  assert.deepEqual(forced, [1, 1, 0, 0]);
  assert.equal(colorLevel(terminal(24), false, { CLICOLOR_FORCE: "1", CLICOLOR: "0" }), 3);
  assert.equal(colorLevel(terminal(24), false, { CLICOLOR_FORCE: "0" }), 3);
  assert.equal(colorLevel(pipe, false, { CLICOLOR_FORCE: "1", FORCE_COLOR: "0" }), 0);
  assert.equal(colorLevel(pipe, false, { CLICOLOR: "0", FORCE_COLOR: "1" }), 1);
  assert.equal(colorLevel(terminal(24), false, { CLICOLOR_FORCE: "1", NO_COLOR: "1" }), 0);
  assert.equal(colorLevel(terminal(24), true, { CLICOLOR_FORCE: "1" }), 0);
});

test("colorLevel asks a real terminal without an empty NO_COLOR, which Node 20 obeys", () => {
  const depth = (env: NodeJS.ProcessEnv = {}) => WriteStream.prototype.getColorDepth.call({} as WriteStream, env);
  const real = { isTTY: true, getColorDepth: depth };
  assert.equal(colorLevel(real, false, { TERM: "xterm-256color", NO_COLOR: "" }), 2);
  assert.equal(colorLevel(real, false, { TERM: "dumb", NO_COLOR: "" }), 0);
});
