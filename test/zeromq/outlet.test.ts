import "../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Context, Push, XSubscriber } from "zeromq";
import { sleep } from "../../src/concurrency/index.js";
import { temporaryFolder } from "../support/files.js";
import { isPending } from "../support/latch.js";
import { next, TestSockets, take } from "../support/zeromq.js";

test("Outlet.send() takes many messages at once and keeps their order", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const sent = Promise.all(["a", "b", "c"].map((message) => push.send(message)));
  assert.equal(await isPending(sent), true, "nobody is there");
  assert.deepEqual(await take(sockets.pull(push.address), 3), ["a", "b", "c"]);
  await sent;
});

test("Outlet.send() is fair: a later send never overtakes", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const first = push.send("a").then(() => push.send("d"));
  const others = [push.send("b"), push.send("c")];
  assert.deepEqual(await take(sockets.pull(push.address), 4), ["a", "b", "c", "d"]);
  await Promise.all([first, ...others]);
});

test("bindPub cuts a peer that sends more than a subscription", async () => {
  await using sockets = await TestSockets.open();
  const pub = await sockets.pub();
  const came = next(pub.monitor, "connected");
  const context = new Context();
  const loud = new XSubscriber({ context, linger: 0 });
  loud.connect(pub.address);
  await came;
  const left = next(pub.monitor, "disconnected");
  await loud.send(Buffer.concat([Buffer.from([1]), Buffer.alloc(100_000)]));
  await left;
  loud.close();
});

test("bindPush does not replace a file or a listening socket at an ipc path", async () => {
  await using sockets = await TestSockets.open();
  const folder = mkdtempSync(join(tmpdir(), "lab-ipc-"));
  const path = join(folder, "there");
  writeFileSync(path, "precious");
  await assert.rejects(sockets.push(1, `ipc://${path}`), /something else than a socket/);
  assert.equal(readFileSync(path, "utf8"), "precious");
  unlinkSync(path);
  await sockets.push(1, `ipc://${path}`);
  await assert.rejects(sockets.push(1, `ipc://${path}`), /another program listens there/);
  rmSync(folder, { recursive: true });
});

test("Outlet.close() removes the socket file of its ipc path, and no other file", async (t) => {
  await using sockets = await TestSockets.open();
  const path = temporaryFolder(t);
  const [own, replaced] = [path("own"), path("replaced")];
  const outlets = await Promise.all([own, replaced].map((each) => sockets.push(1, `ipc://${each}`)));
  assert.deepEqual([own, replaced].map(existsSync), [true, true]);
  unlinkSync(replaced);
  const other = createServer().listen(replaced);
  await once(other, "listening");
  await Promise.all(outlets.map((outlet) => outlet.close()));
  assert.deepEqual([own, replaced].map(existsSync), [false, true]);
  other.close();
});

test("bindPush reports the real reason behind an EAGAIN", async (t) => {
  await using sockets = await TestSockets.open();
  const { address } = await sockets.push();
  const { bindSync } = Push.prototype;
  let overwrites = 3; // as on a busy machine, which cannot be forced
  const value = function (this: Push, at: string) {
    try {
      bindSync.call(this, at);
    } catch (error) {
      throw overwrites-- > 0 ? Object.assign(new Error("not possible"), { code: "EAGAIN" }) : error;
    }
  };
  Object.defineProperty(Push.prototype, "bindSync", { value, configurable: true }); // hides the one of Socket
  t.after(() => Reflect.deleteProperty(Push.prototype, "bindSync"));
  await assert.rejects(sockets.push(1, address), /the port is in use/);
  assert.equal(overwrites, -1);
});

test("Outlet.close() rejects a pending send, and may be called again", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const sending = assert.rejects(push.send("nobody takes it"), { code: "EAGAIN" });
  await push.close();
  await push.close();
  await sending;
});

test("Outlet.address has the real port", async () => {
  await using sockets = await TestSockets.open();
  assert.match((await sockets.push()).address, /^tcp:\/\/127\.0\.0\.1:[1-9]\d+$/);
});

test("Publication.subscribed resolves in time for the first message", async () => {
  await using sockets = await TestSockets.open();
  const pub = await sockets.pub();
  assert.equal(await isPending(pub.subscribed), true);
  const sub = sockets.sub(pub.address);
  await pub.subscribed;
  await pub.send("0");
  assert.deepEqual(await take(sub, 1), ["0"]);
});

test("Monitor counts peers that come and go", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const came = next(push.monitor, "connected");
  const pull = sockets.pull(push.address);
  const via = { via: "PUSH", address: push.address };
  assert.deepEqual(await came, { type: "connected", ...via, again: false, peers: 1 });
  assert.equal(push.monitor.peers, 1);
  const left = next(push.monitor, "disconnected");
  await pull.close();
  assert.deepEqual(await left, { type: "disconnected", ...via, peers: 0 });
  assert.equal(push.monitor.peers, 0);
  const back = next(push.monitor, "connected");
  sockets.pull(push.address);
  assert.deepEqual(await back, { type: "connected", ...via, again: true, peers: 1 });
  assert.deepEqual(push.monitor.counts, { connects: 2, disconnects: 1, refused: 0 });
});

test("Monitor tells a silent connection from a peer that left", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const came = next(push.monitor, "connected");
  const pull = sockets.pull(push.address);
  await came;
  const silent = connect(Number(new URL(push.address).port), "127.0.0.1").on("error", () => {});
  await once(silent.resume(), "connect");
  await sleep(100); // until ZeroMQ has seen it
  await pull.close();
  await once(silent, "close"); // there was no handshake within two seconds
  for (let tries = 0; push.monitor.peers > 0 && tries < 50; tries++) await sleep(20);
  assert.deepEqual([push.monitor.peers, push.monitor.counts.refused], [0, 1]);
});

test("Monitor.follow does not report a wait if the event loop was blocked while the peer connected", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const pull = sockets.pull(push.address);
  const told: string[] = [];
  const following = pull.monitor.follow(({ type }) => told.push(type), new AbortController().signal);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200);
  await following;
  assert.deepEqual(told, ["connected"]);
});
