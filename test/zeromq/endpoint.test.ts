import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { BadEndpoint, bindEndpoint, collide, connectEndpoint } from "../../src/zeromq/endpoint.js";

test("bindEndpoint takes whole ports from 0 to 65535 and nothing else", () => {
  assert.equal(bindEndpoint("tcp://127.0.0.1:5557").address, "tcp://127.0.0.1:5557");
  assert.equal(bindEndpoint("tcp://127.0.0.1:0").address, "tcp://127.0.0.1:0");
  assert.equal(bindEndpoint("tcp://127.0.0.1:00080").address, "tcp://127.0.0.1:80");
  for (const port of ["99999", "65536", "-1", "abc", "", "1.5", "1e3", "0x50", " 80", "80 ", "*", "080808"]) {
    assert.throws(() => bindEndpoint(`tcp://127.0.0.1:${port}`), /must end with a port from 1 to 65535 \(0: any free/);
  }
});

test("connectEndpoint needs a port above 0 and a host", () => {
  assert.equal(connectEndpoint("tcp://example.com:80").address, "tcp://example.com:80");
  assert.equal(connectEndpoint("tcp://localhost:80").address, "tcp://localhost:80");
  assert.throws(() => connectEndpoint("tcp://127.0.0.1:0"), /must end with a port from 1 to 65535, got/);
  assert.throws(() => connectEndpoint("tcp://*:80"), /must name the host/);
});

test("bindEndpoint and connectEndpoint take tcp://host:port or ipc://path", () => {
  const bad = ["", "x", "127.0.0.1:80", "tcp:127.0.0.1:80", "tcp://", "tcp://:80", "http://127.0.0.1:80", "inproc://x"];
  bad.push("udp://127.0.0.1:80", "tcp://a;b:80", "tcp://1.2.3.4:80;5.6.7.8:90", "tcp://::1:80", "tcp://[x]:80");
  bad.push(
    "tcp://user@host:80",
    "tcp://127.0.0.1:80/x",
    "tcp://a b:80",
    "ipc://",
    `ipc://${"x".repeat(101)}`,
    "TCP://a:80",
  );
  for (const text of bad) {
    assert.throws(() => bindEndpoint(text), BadEndpoint, text);
    assert.throws(() => connectEndpoint(text), BadEndpoint, text);
  }
  assert.equal(bindEndpoint("ipc:///tmp/lab").address, "ipc:///tmp/lab");
  for (const text of ["ipc:///tmp/my lab", "ipc:///tmp/läb", "ipc:///tmp/lab\n"])
    assert.throws(() => bindEndpoint(text), /must have a path of ASCII characters, without spaces, got "ipc:/);
});

test("bindEndpoint takes loopback addresses and ipc for local, but no names", () => {
  const isLocal = (text: string) => bindEndpoint(text).local;
  for (const text of [
    "tcp://127.0.0.1:0",
    "tcp://127.9.9.9:0",
    "tcp://localhost:0",
    "tcp://[::1]:0",
    "tcp://[::ffff:127.0.0.1]:0",
  ])
    assert.equal(isLocal(text), true, text);
  assert.equal(isLocal("ipc:///tmp/x"), true);
  for (const host of ["*", "0.0.0.0", "10.0.0.1", "[::]", "[::ffff:10.0.0.1]", "127.evil.example", "127.1", "eth0"])
    assert.equal(isLocal(`tcp://${host}:0`), false, host);
});

test("bindEndpoint takes localhost for 127.0.0.1", () => {
  assert.equal(bindEndpoint("tcp://LocalHost:0").address, "tcp://127.0.0.1:0");
  assert.equal(bindEndpoint("tcp://[::1]:0").ipv6, true);
});

test("collide finds one address in two spellings", () => {
  const same = (one: string, other: string) => collide(bindEndpoint(one), bindEndpoint(other));
  for (const [one, other] of [
    ["tcp://127.0.0.1:5957", "tcp://127.0.0.1:05957"],
    ["tcp://LocalHost:5957", "tcp://127.0.0.1:5957"],
    ["tcp://127.1:5957", "tcp://127.0.0.1:5957"],
    ["tcp://[::1]:5957", "tcp://[0:0::1]:5957"],
    ["tcp://eth0.100:5957", "tcp://eth0.100:5957"],
    ["tcp://*:5957", "tcp://127.0.0.1:5957"],
    ["tcp://127.0.0.1:5957", "tcp://[::]:5957"],
    ["ipc:///tmp/lab", "ipc:///tmp/./x/../lab"],
  ] as const)
    assert.equal(same(one, other), true, `${one} ${other}`);
  for (const [one, other] of [
    ["tcp://127.0.0.1:5957", "tcp://127.0.0.1:5956"],
    ["tcp://127.0.0.1:5957", "tcp://127.0.0.2:5957"],
    ["tcp://127.0.0.1:0", "tcp://127.0.0.1:0"],
    ["tcp://*:0", "tcp://*:0"],
    ["tcp://eth0:5957", "tcp://eth1:5957"],
    ["ipc://*", "ipc://*"],
    ["ipc:///tmp/lab", "ipc:///tmp/lab2"],
    ["ipc:///tmp/lab", "tcp://*:5957"],
  ] as const)
    assert.equal(same(one, other), false, `${one} ${other}`);
});
