import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { TcpPath } from "../../../../src/labs/patrons/prove/tcp-path.js";
import { isPending } from "../../../support/latch.js";

/** A path to a server that sends back what it gets, and a client that is connected through it. */
async function openPath(t: TestContext, opts: { delayMs?: number } = {}) {
  const accepted: Socket[] = [];
  const server = createServer(
    (socket) => void accepted.push(socket.on("error", () => {}).on("data", (data) => socket.write(data))),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const path = await TcpPath.open({ host: "127.0.0.1", port: (server.address() as AddressInfo).port }, opts);
  t.after(async () => {
    await path.close();
    server.close();
  });
  const join = async () => {
    const client = connect(path.port, "127.0.0.1");
    await once(client, "connect");
    return client;
  };
  return { path, join, accepted };
}

async function echo(client: Socket, text: string): Promise<string> {
  client.write(text);
  const [data] = await once(client, "data");
  return String(data);
}

test("TcpPath passes data on in both directions, and the end", async (t) => {
  const { join, accepted } = await openPath(t);
  const client = await join();
  assert.equal(await echo(client, "hello"), "hello");
  accepted[0]?.destroy();
  await once(client, "close");
});

test("TcpPath.freeze() keeps connections open, and lets nothing through, not even their end", async (t) => {
  const { path, join, accepted } = await openPath(t);
  const client = await join();
  await echo(client, "before");
  assert.equal(path.freeze(), 1);
  const ended = once(client, "close");
  const answer = once(client, "data");
  client.write("lost");
  accepted[0]?.destroy();
  const other = await join(); // new connections come through
  assert.equal(await echo(other, "after"), "after");
  assert.ok(await isPending(answer));
  assert.ok(await isPending(ended));
  answer.catch(() => {});
});

test("TcpPath delays the answers, in their order", async (t) => {
  const { join } = await openPath(t, { delayMs: 30 });
  const client = await join();
  const start = performance.now();
  assert.equal(await echo(client, "first"), "first");
  assert.ok(performance.now() - start >= 29);
  client.write("a".repeat(3 * 2 ** 20)); // more than the path keeps
  client.write("b");
  let got = "";
  for await (const data of client) {
    got += data;
    if (got.endsWith("b")) break;
  }
  assert.equal(got.length, 3 * 2 ** 20 + 1);
});
