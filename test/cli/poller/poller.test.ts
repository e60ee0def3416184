import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { execa } from "execa";
import { testAtOnce } from "../../support/at-once.js";
import { bin, lab } from "../../support/lab.js";
import {
  connected,
  freePorts,
  messages,
  reached,
  serverSummary,
  startPoller,
  startServer,
  summary,
  values,
} from "../../support/poller.js";
import { startLab } from "../../support/running-lab.js";
import { assertWithin, timed as timing } from "../../support/tries.js";

const test = testAtOnce(3);
const timed = timing(test);

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

test("lab poller started first waits, then gets message 0 on both sockets", async (t) => {
  const ports = await freePorts();
  const poller = startPoller(t, ports, ["--count", "20"]);
  await poller.line(/PULL: waiting for a server at tcp:/);
  await poller.line(/SUB: waiting for a server at tcp:/);
  const { server } = await startServer(t, ["--interval", "20ms", "--count", "10"], ports);
  assert.equal(await server.ended, 0);
  assert.equal(await poller.ended, 0);
  assert.deepEqual(values(poller, "PULL"), upTo(10));
  assert.deepEqual(values(poller, "SUB"), upTo(10));
  const { received, pull, sub } = summary(poller);
  assert.equal(received, 20);
  for (const socket of [pull, sub]) {
    const { first, last, gaps, missing, restarts, firstZero } = socket;
    assert.deepEqual([first, last, gaps, missing, restarts, firstZero], [0, 9, 0, 0, 0, 1]);
  }
});

test("lab poller started last gets all messages on PULL, later ones on SUB", async (t) => {
  const { server, ports } = await startServer(t, ["--interval", "20ms"]);
  await server.line(/"type":"status","next":[1-9]\d*,"pushed":0,"waiting":[1-9]/); // there is no PULL peer, but PUB goes on
  const poller = startPoller(t, ports);
  await poller.line(/"via":"SUB","value"/);
  await reached(poller, "PULL", Number(values(poller, "SUB")[0]) + 10);
  assert.equal(await server.stop(), 0);
  await poller.line(/PULL: lost the server/);
  await poller.line(/SUB: lost the server/);
  assert.equal(await poller.stop(), 0);
  const { pull, sub } = summary(poller);
  const { next, pushed, waiting } = serverSummary(server);
  assert.deepEqual([pull.first, pull.last, pull.gaps, pull.restarts], [0, next - 1, 0, 0]);
  assert.deepEqual([sub.last, sub.gaps, sub.restarts], [next - 1, 0, 0]);
  assert.ok((sub.first ?? 0) > 0, "messages published before it joined are gone");
  assert.deepEqual([pushed, waiting], [next, 0]);
});

test("lab poller-srv shares PUSH messages between two pollers, and copies PUB messages", async (t) => {
  const ports = await freePorts();
  const pollers = [startPoller(t, ports), startPoller(t, ports)];
  const { server } = await startServer(t, ["--interval", "50ms", "--count", "40"], ports);
  await Promise.all(pollers.map(connected));
  await server.ended;
  await Promise.all(pollers.map((poller) => poller.line(/SUB: lost the server/)));
  await Promise.all(pollers.map((poller) => poller.line(/PULL: lost the server/)));
  await Promise.all(pollers.map((poller) => poller.stop()));
  const shares = pollers.map((poller) => values(poller, "PULL"));
  assert.deepEqual(
    shares.flat().sort((a, b) => a - b),
    upTo(40),
  );
  for (const share of shares) assert.ok(share.length > 5, "each has its share");
  for (const poller of pollers) {
    assert.equal(summary(poller).sub.last, 39);
    assert.equal(summary(poller).sub.gaps, 0);
    assert.ok(summary(poller).pull.gaps > 0, "the other poller took these");
  }
});

test("lab poller --json prints an object per message, then the summary", async (t) => {
  const ports = await freePorts();
  const poller = startPoller(t, ports, ["--count", "4"]);
  await startServer(t, ["--interval", "20ms"], ports);
  assert.equal(await poller.ended, 0);
  assert.equal(messages(poller).length, 4);
  for (const object of messages(poller)) {
    assert.deepEqual(Object.keys(object), ["via", "value", "seq", "at"]);
    assert.equal(object.seq, object.value, "both count from 0 here");
    assert.equal(new Date(object.at as string).toISOString(), object.at);
  }
  const keys = ["type", "received", "seconds", "pull", "sub"];
  assert.deepEqual(Object.keys(poller.objects.at(-1) ?? {}), keys);
});

test("lab poller prints lines like the notes, but only rates with --quiet", async (t) => {
  const { ports } = await startServer(t, ["--interval", "10ms"]);
  const ends = ["--pull", ports.push, "--sub", ports.pub];
  const loud = await lab(["poller", ...ends, "--count", "5"]);
  assert.equal(loud.exitCode, 0);
  assert.match(loud.stdout, /^(Via (PULL|SUB): \d+\n){5}\nReceived 5 messages in /);
  const quiet = startLab(t, ["poller", ...ends, "--quiet"]);
  await quiet.line(/^PULL: \d+ messages\/s, SUB: [1-9]\d* messages\/s$/);
  assert.equal(await quiet.stop(), 0);
  assert.ok(!quiet.stdout.some((line) => line.startsWith("Via")));
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  timed(`lab poller and poller-srv exit with 0 on ${signal}, even without a peer`, async (t) => {
    const { server } = await startServer(t, []);
    const start = performance.now();
    assert.equal(await server.stop(signal), 0);
    assertWithin(performance.now() - start, 2000);
    assert.equal(serverSummary(server).next, 0);
    const poller = startPoller(t, await freePorts());
    await poller.line(/waiting for a server/);
    assert.equal(await poller.stop(signal), 0);
    assert.equal(summary(poller).received, 0);
  });
}

test("lab poller-srv exits with 1 for a port in use and frees the other", async (t) => {
  const { ports } = await startServer(t, []);
  const free = await freePorts();
  for (const [push, pub] of [
    [ports.push, free.pub],
    [free.push, ports.pub],
  ] as const) {
    const { exitCode, stdout, stderr } = await lab(["poller-srv", "--push", push, "--pub", pub]);
    assert.deepEqual([exitCode, stdout], [1, ""]);
    const taken = push === ports.push ? push : pub;
    assert.equal(
      stderr,
      `lab: cannot bind ${taken}: the port is in use: choose another, or 0 for any free one, or end the other program\n`,
    );
  }
  await startServer(t, [], free);
});

const lowPorts = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
const restricted = existsSync(lowPorts) && Number(readFileSync(lowPorts, "utf8")) > 80;
test("lab poller-srv exits with 1 and one line for a system port", {
  skip: !restricted && "all ports are allowed here",
}, async () => {
  // Root may bind any port, except without this capability.
  const asRoot = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-net_bind_service"] : [];
  const [command = "", ...args] = [...asRoot, process.execPath, bin, "poller-srv", "--pub", "tcp://127.0.0.1:80"];
  const { exitCode, stdout, stderr } = await execa(command, [...args, "--push", "tcp://127.0.0.1:0"], {
    reject: false,
  });
  assert.deepEqual([exitCode, stdout], [1, ""]);
  assert.match(stderr, /^lab: cannot bind tcp:\/\/127\.0\.0\.1:80: not allowed: ports below 1024 [^\n]*$/);
});

test("lab poller exits with 0 when its reader goes away (| head -1)", async (t) => {
  const { ports } = await startServer(t, ["--interval", "20ms"]);
  for (const args of [[], ["--json"]]) {
    const child = spawn(process.execPath, [bin, "poller", "--pull", ports.push, "--sub", ports.pub, ...args]);
    child.stdout.once("data", () => child.stdout.destroy());
    const stderr = text(child.stderr);
    const [code] = await once(child, "close");
    assert.equal(code, 0);
    assert.doesNotMatch(await stderr, /EPIPE|lab:/);
  }
});

test("lab poller exits with 1 and one line for a full disk", {
  skip: !existsSync("/dev/full") && "needs /dev/full",
}, async (t) => {
  const { ports } = await startServer(t, ["--interval", "20ms"]);
  const child = spawn(process.execPath, [bin, "poller", "--pull", ports.push, "--sub", ports.pub], {
    stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
  });
  const stderr = text(child.stderr as Readable);
  const [code] = await once(child, "close");
  assert.equal(code, 1);
  assert.match(await stderr, /lab: cannot write to stdout: .*ENOSPC[^\n]*\n$/);
});

test("lab poller --topic takes matching messages, and --count is exact", async (t) => {
  const { ports } = await startServer(t, ["--interval", "2ms"]);
  const poller = startPoller(t, { ...ports, push: (await freePorts()).push }, ["--topic", "1", "--count", "7"]);
  assert.equal(await poller.ended, 0);
  assert.equal(values(poller, "SUB").length, 7);
  for (const value of values(poller, "SUB")) assert.match(String(value), /^1/);
});

test("lab reports a missing native add-on in one line, only where it is needed", async () => {
  const blocked = `data:text/javascript,${encodeURIComponent(`
    import Module from "node:module";
    const load = Module._load;
    Module._load = (name, ...rest) => {
      if (name === "zeromq") throw new Error("no such binary\\nsecond line");
      return load(name, ...rest);
    };`)}`;
  const run = (...args: string[]) => execa(process.execPath, ["--import", blocked, bin, ...args], { reject: false });
  assert.equal((await run("hello", "--delay", "0")).exitCode, 0);
  for (const args of [["poller"], ["poller-srv"], ["apm", "app"], ["apm", "keygen", "--out", "never-written"]]) {
    const { exitCode, stdout, stderr } = await run(...args);
    assert.deepEqual([exitCode, stdout], [1, ""]);
    assert.match(stderr, /^lab: the package zeromq cannot be loaded: no such binary; [^\n]*$/);
  }
});

test("poller-srv --strict ends with 1 if integers are left over, and with 0 if a poller takes them", async (t) => {
  const ports = await freePorts();
  const args = ["--interval", "0", "--count", "3", "--push", ports.push, "--pub", ports.pub];
  const alone = await lab(["poller-srv", "--strict", ...args]);
  assert.equal(alone.exitCode, 1);
  assert.match(
    alone.stdout,
    /^✘ Every integer was handed to a PULL peer\n.*: 0 of 3 handed over, 3 left over, 0 dropped/m,
  );
  startPoller(t, ports, ["--count", "6"]);
  const heard = await lab(["poller-srv", "--strict", ...args]);
  assert.equal(heard.exitCode, 0);
  assert.match(
    heard.stdout,
    /^PUSH: 3 taken, 0 left over, 0 dropped at a full queue; 1 connection\nPUB: 1 connection$/m,
  );
  assert.match(
    heard.stdout,
    /^✔ Every integer was handed to a PULL peer\n.*: 3 of 3 handed over, 0 left over, 0 dropped/m,
  );
});

test("poller tells where a loop that ends at a falsy message would have ended", async (t) => {
  const ports = await freePorts();
  const poller = startLab(t, ["poller", "--pull", ports.push, "--sub", ports.pub, "--count", "20"]);
  await poller.line(/SUB: waiting/);
  await startServer(t, ["--interval", "20ms", "--count", "10"], ports);
  assert.equal(await poller.ended, 0);
  for (const via of ["PULL", "SUB"]) {
    const line = `${via}: a loop that ends at a falsy message would have ended after 1 of 10, at the 0`;
    assert.ok(poller.stdout.includes(line));
  }
});
