import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePatronId } from "../../../src/labs/patrons/patron-id.js";

test("parsePatronId() returns a bigint as PostgreSQL writes it, none beyond, undefined for other text", () => {
  for (const [text, id] of [
    ["1", "1"],
    ["007", "7"],
    ["-7", "-7"],
    ["-0", "0"],
    ["9223372036854775807", "9223372036854775807"],
    ["0009223372036854775807", "9223372036854775807"],
    ["-9223372036854775808", "-9223372036854775808"],
    ["9223372036854775808", "none"],
    ["-9223372036854775809", "none"],
    ["9".repeat(10_000), "none"],
    ["", undefined],
    ["1.0", undefined],
    ["1e3", undefined],
    ["+1", undefined],
    ["0x10", undefined],
    [" 1", undefined],
    ["١", undefined],
    ["1; drop table patron", undefined],
  ] as const)
    assert.equal(parsePatronId(text), id, text.slice(0, 40));
});
