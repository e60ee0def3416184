import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { host, isLoopback } from "../../../src/commands/kit/host.js";

test("host takes an address as browsers write it, and localhost", () => {
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

test("host refuses what is no address of its own", () => {
  for (const typed of ["", "example.com", "127.1", "1.2.3.4:80", "[127.0.0.1", "[::1]:80", "::1%lo", "-", " ::1"]) {
    assert.throws(() => host(typed), { message: /^must be an IP address of this machine or localhost, got "/ }, typed);
  }
});

test("isLoopback is true of what only this machine can reach, IPv4 in IPv6 included", () => {
  const local = ["127.0.0.1", "127.255.255.254", "::1", "localhost", "::ffff:127.0.0.1", "[::FFFF:127.3.2.1]"];
  for (const typed of local) assert.equal(isLoopback(host(typed)), true, typed);
  const reachable = ["0.0.0.0", "::", "192.168.0.127", "12.7.0.1", "::127.0.0.1", "::ffff:128.0.0.1", "::ffff:0.0.0.0"];
  for (const typed of [...reachable, "7f00::1", "::ffff:7.240.0.1"])
    assert.equal(isLoopback(host(typed)), false, typed);
});
