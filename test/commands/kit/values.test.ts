import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { host, namesOf } from "../../../src/commands/kit/values.js";

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

test("namesOf takes each of the names once, in the typed order", () => {
  const parse = namesOf("a check", "send", "throw", "async-for-break");
  assert.deepEqual(parse("throw,send"), ["throw", "send"]);
  assert.throws(() => parse("send,throw,send"), { message: 'must name each once, got "send,throw,send"' });
});

for (const [typed, closest] of [
  ["sned", "send"],
  ["Send", "send"],
  ["trow", "throw"],
  ["async-for-brake", "async-for-break"],
  ["break", "async-for-break"],
  [" send", "send"],
] as const) {
  test(`namesOf suggests ${closest} for "${typed}"`, () => {
    const parse = namesOf("a check", "order", "send", "throw", "async-for-break");
    assert.throws(() => parse(typed), { message: `must name a check, got "${typed}"; did you mean ${closest}?` });
  });
}

test("namesOf names the first one if nothing is close", () => {
  const parse = namesOf("a check", "order", "send");
  for (const typed of ["", "xyz", "__proto__", "toString", "x".repeat(1000)]) {
    assert.throws(() => parse(typed), { message: /^must name a check, got "[^"]{0,40}"; such as order$/ });
  }
});
