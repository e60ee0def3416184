import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "../../../src/commands/kit/values.js";

test("host takes an IP address in any spelling, and localhost", () => {
  const cases = {
    LocalHost: "127.0.0.1",
    "127.0.0.2": "127.0.0.2",
    "0.0.0.0": "0.0.0.0",
    "::1": "::1",
    "[0:0::1]": "::1",
    "::": "::",
    "FE80::1": "fe80::1",
    "::ffff:127.0.0.1": "::ffff:7f00:1",
  };
  for (const [typed, address] of Object.entries(cases)) assert.equal(host(typed), address, typed);
});

test("host refuses anything else", () => {
  for (const typed of ["", "example.com", "127.1", "1.2.3.4:80", "[127.0.0.1", "[::1]:80", "::1%lo", "-", " ::1"]) {
    assert.throws(() => host(typed), { message: /^must be an IP address of this machine or localhost, got "/ }, typed);
  }
});
