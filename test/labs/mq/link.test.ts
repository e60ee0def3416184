import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { type LinkEvent, stayConnected } from "../../../src/labs/mq/link.js";
import { freePort } from "../../support/free-port.js";
import { until } from "../../support/until.js";

/** Connect to a server that does `onSocket` with each connection, until the test aborts. */
async function startLink(t: TestContext, onSocket: (socket: Socket, count: number) => void) {
  let count = 0;
  const server = createServer((socket) => onSocket(socket.on("error", () => {}).resume(), ++count));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const events: LinkEvent["type"][] = [];
  const controller = new AbortController();
  const options = { host: "127.0.0.1", port, channel: Buffer.from("/a") };
  const context = { signal: controller.signal, emit: (event: LinkEvent) => void events.push(event.type) };
  const ended = stayConnected(options, context, async (socket) => {
    await new Promise((resolve) => socket.once("close", resolve));
    return false;
  });
  const stop = () => {
    controller.abort(new Error("enough"));
    return assert.rejects(ended, /enough/);
  };
  return { events, stop, accepted: (wanted: number) => until("connections", () => count >= wanted) };
}

test("stayConnected tells once of a broker that accepts and closes", async (t) => {
  const link = await startLink(t, (socket) => socket.end());
  await link.accepted(4);
  await link.stop();
  assert.deepEqual(link.events, ["connected", "disconnected"]);
});

test("stayConnected tells of a connection that stands again", async (t) => {
  const sockets: Socket[] = [];
  const link = await startLink(t, (socket, count) => (count < 3 ? socket.end() : sockets.push(socket)));
  await until("the news", () => link.events.length === 3);
  assert.deepEqual(link.events, ["connected", "disconnected", "connected"]);
  sockets[0]?.destroy();
  await until("the loss", () => link.events.length === 4);
  for (const socket of sockets) socket.destroy();
  await link.stop();
  assert.equal(link.events[3], "disconnected");
});

test("stayConnected rejects with 3 without a required broker", async () => {
  const options = { host: "127.0.0.1", port: await freePort(), channel: Buffer.from("/a"), required: true };
  const { signal } = new AbortController();
  await assert.rejects(
    stayConnected(options, { signal }, async () => true),
    { code: 3 },
  );
});
