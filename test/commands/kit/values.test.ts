import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { host, listOf } from "../../../src/commands/kit/values.js";

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

test("listOf takes each of the names once, in the typed order", () => {
  const parse = listOf("send", "throw", "async-for-break");
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
  test(`listOf suggests ${closest} for "${typed}"`, () => {
    const parse = listOf("order", "send", "throw", "async-for-break");
    assert.throws(() => parse(typed), {
      message: `must be one of order, send, throw, async-for-break, got "${typed}"; did you mean ${closest}?`,
    });
  });
}

test("listOf suggests nothing if nothing is close", () => {
  const parse = listOf("order", "send");
  for (const typed of ["", "xyz", "__proto__", "toString", "x".repeat(1000)]) {
    assert.throws(() => parse(typed), { message: /^must be one of order, send, got "[^"]{0,40}"$/ });
  }
});

test("listOf shows three of many words", () => {
  const parse = listOf(...Array.from({ length: 13 }, (_, n) => `check-${n}`));
  assert.throws(() => parse("x"), { message: 'must be one of check-0, check-1, check-2, …, got "x"' });
});
