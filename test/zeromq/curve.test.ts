import "../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { generateKeys } from "../../src/zeromq/key-pair.js";
import { next, TestSockets, take } from "../support/zeromq.js";

const { server, client } = generateKeys();
const stranger = generateKeys();

test("CURVE admits a listed client", async () => {
  await using near = await TestSockets.open(server);
  await using far = await TestSockets.open(client);
  const push = await near.push();
  const came = next(push.monitor, "connected");
  const pull = far.pull(push.address);
  await push.send("0");
  assert.deepEqual(await take(pull, 1), ["0"]);
  await came;
  assert.deepEqual(push.monitor.counts, { connects: 1, disconnects: 0, refused: 0 });
});

const refused = [
  ["a client that is not listed", { ...stranger.client, serverKey: client.serverKey }, /key is not listed/],
  ["a client with another server's key", { ...client, serverKey: stranger.server.publicKey }, /another server's key/],
  ["a client without keys", undefined, /only one side uses CURVE|broke in the handshake/],
] as const;
for (const [who, keys, reason] of refused) {
  test(`CURVE refuses ${who}, and both monitors report it`, async () => {
    await using near = await TestSockets.open(server);
    await using far = await TestSockets.open(keys);
    const push = await near.push();
    const told = next(push.monitor, "refused");
    const pull = far.pull(push.address);
    const heard = next(pull.monitor, "refused");
    assert.match((await told).reason, reason);
    await heard;
    assert.equal(push.monitor.peers, 0);
    assert.ok(push.monitor.counts.refused > 0);
    assert.equal(pull.monitor.counts.connects, 0);
  });
}

test("CURVE fails between a client with keys and a server without", async () => {
  await using near = await TestSockets.open();
  await using far = await TestSockets.open(client);
  const push = await near.push();
  await next(far.pull(push.address).monitor, "refused");
  assert.equal(push.monitor.peers, 0);
});

test("Dialer reconnects a refused client once the server has the right keys", async () => {
  await using near = await TestSockets.open(stranger.server);
  await using far = await TestSockets.open();
  const first = await near.push();
  const { address } = first;
  const pull = far.pull(address);
  await next(pull.monitor, "refused");
  await first.close();
  const second = await far.push(100, address);
  await second.send("welcome");
  assert.deepEqual(await take(pull, 1), ["welcome"]);
});

test("bindPush refuses peers that do not speak ZeroMQ", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  for (const bytes of ["GET / HTTP/1.1\r\nhost: x\r\n\r\n", "\u0000".repeat(200)]) {
    const socket = connect(Number(new URL(push.address).port), "127.0.0.1");
    const closed = new Promise((resolve) => socket.once("close", resolve)); // with or without ECONNRESET
    socket.on("error", () => {}).resume();
    await once(socket, "connect");
    socket.write(bytes);
    await closed;
  }
  const came = next(push.monitor, "connected");
  sockets.pull(push.address);
  await came;
  assert.deepEqual(push.monitor.counts, { connects: 1, disconnects: 0, refused: 2 });
});
