import "../support/hygiene.js";
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { sleep } from "../../src/concurrency/index.js";
import { type Keys, readClientKeys } from "../../src/zeromq/key-file.js";
import { temporaryFolder } from "../support/files.js";
import { lab } from "../support/lab.js";
import { type Ports, startPoller, startServer } from "../support/poller.js";
import { RawPeer } from "../support/raw-peer.js";
import { TestSockets } from "../support/zeromq.js";

const durationMs = 10_000;
const clients = 10;

/** Blocks the event loop for up to 0.4 s, again and again. */
const nodeArgs = [
  "--import",
  `data:text/javascript,const cell = new Int32Array(new SharedArrayBuffer(4));
  setInterval(() => Atomics.wait(cell, 0, 0, Math.random() * 400), 20).unref()`,
];

/** Clients that come, and go in any state of their handshake. */
async function comeAndGo(visit: () => Promise<void>): Promise<void> {
  const start = performance.now();
  const client = async () => {
    while (performance.now() - start < durationMs) await visit();
  };
  await Promise.all(Array.from({ length: clients }, client));
}

async function visitWithKeys({ push }: Ports, keys: Keys): Promise<void> {
  await using sockets = await TestSockets.open(keys);
  sockets.pull(push);
  await sleep(Math.random() * 300);
}

async function visitByHand({ push }: Ports): Promise<void> {
  const peer = await RawPeer.connect(push);
  const greeted = Math.random() < 0.5 ? peer.shakeHands().catch(() => {}) : peer.greet();
  await sleep(Math.random() * 300);
  peer.close();
  await greeted;
}

async function serves(t: TestContext, ports: Ports, args: readonly string[]): Promise<void> {
  const poller = startPoller(t, ports, args);
  await poller.line(/"via":"SUB","value"/);
  assert.equal(await poller.stop(), 0);
}

test("poller-srv survives clients that go in the middle of their handshake while it is busy, without keys", async (t) => {
  const { server, ports } = await startServer(t, [], undefined, { nodeArgs });
  await comeAndGo(() => visitByHand(ports));
  await serves(t, ports, []);
  assert.equal(await server.stop(), 0);
});

test("poller-srv survives clients that go in the middle of their handshake while it is busy, with keys", async (t) => {
  const keys = temporaryFolder(t)("lab.keys");
  await lab(["apm", "keygen", "--out", keys]);
  const { server, ports } = await startServer(t, ["--curve", keys], undefined, { nodeArgs });
  const own = readClientKeys(`${keys}.client`);
  await comeAndGo(() => visitWithKeys(ports, own));
  await serves(t, ports, ["--curve", `${keys}.client`]);
  assert.equal(await server.stop(), 0);
});
