import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { sleep } from "../../../src/concurrency/index.js";
import { testAtOnce } from "../../support/at-once.js";
import { startServer } from "../../support/poller.js";
import { RawPeer, RawPeers } from "../../support/raw-peer.js";
import { startLab } from "../../support/running-lab.js";

const test = testAtOnce(2);

const blockMs = 1000;
/** Blocks the event loop for a second on SIGUSR2. */
const blocking = `data:text/javascript,process.on("SIGUSR2", () => {
  console.error("blocked");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${blockMs});
  console.error("free");
})`;
const nodeArgs = ["--import", blocking];

for (const [name, argsFor] of [
  ["poller", (address: string) => ["poller", "--pull", address, "--sub", "tcp://127.0.0.1:9"]],
  ["apm app", (address: string) => ["apm", "app", "--interval", "100ms", "--connect", address]],
] as const) {
  test(`${name} survives a peer that greets while it is busy, closes, and then accepts in silence`, async (t) => {
    await using peers = await RawPeers.listen();
    const client = startLab(t, argsFor(peers.address), { nodeArgs });
    const first = await peers.next();
    client.child.kill("SIGUSR2");
    await client.line(/^blocked$/);
    first.greet();
    await sleep(200); // ZeroMQ's own thread reads the greeting
    first.close();
    await peers.next();
    await client.line(/^free$/);
    await sleep(500);
    assert.equal(await client.stop(), 0, client.stderr.join("\n"));
  });
}

test("poller-srv shakes hands while its event loop is blocked", async (t) => {
  const { server, ports } = await startServer(t, [], undefined, { nodeArgs });
  const peer = await RawPeer.connect(ports.push);
  server.child.kill("SIGUSR2");
  await server.line(/^blocked$/);
  await peer.shakeHands();
  peer.close();
  assert.ok(!server.stderr.includes("free"), "the event loop was still blocked");
  assert.equal(await server.stop(), 0);
});
