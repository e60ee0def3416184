import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoopback } from "../../src/net/loopback.js";

test("isLoopback is true of loopback addresses in any spelling, and of localhost", () => {
  const loopback = ["127.0.0.1", "127.255.255.254", "::1", "[::1]", "[0:0::1]", "localhost", "LocalHost"];
  for (const host of [...loopback, "::ffff:127.0.0.1", "::ffff:7f00:1", "[::FFFF:127.3.2.1]"])
    assert.equal(isLoopback(host), true, host);
});

test("isLoopback is false of all other addresses and names", () => {
  const others = ["0.0.0.0", "::", "[::]", "192.168.0.127", "12.7.0.1", "7f00::1", "::127.0.0.1", "::ffff:128.0.0.1"];
  others.push("::ffff:0.0.0.0", "::ffff:7.240.0.1", "*", "", "127.1", "127.evil.example", "localhost.example", "eth0");
  for (const host of others) assert.equal(isLoopback(host), false, host);
});
