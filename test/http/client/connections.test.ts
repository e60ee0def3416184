import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { Connections } from "../../../src/http/client/connections.js";

test("Connections hands out an idle connection to the same origin before it makes one", async () => {
  const connections = new Connections(2);
  const first = connections.take("http://a");
  connections.giveBack(first);
  assert.equal(connections.take("http://a"), first);
  assert.notEqual(connections.take("http://a"), first, "that one is in use");
  await connections.close();
});

test("Connections closes an idle connection to make room for another origin", async () => {
  const connections = new Connections(2);
  const [a, b] = [connections.take("http://a"), connections.take("http://b")];
  connections.giveBack(a);
  connections.giveBack(b);
  connections.take("http://c");
  assert.notEqual(connections.take("http://a"), a, "it was closed for c");
  await connections.close();
});

test("Connections does not take back a connection that was cut or closed", async () => {
  const connections = new Connections(1);
  const first = connections.take("http://a");
  connections.cut(first);
  connections.giveBack(first);
  assert.notEqual(connections.take("http://a"), first);
  await connections.close();
});

test("Connections.close() waits for connections that were cut before", async (t) => {
  const server = createServer((socket) => socket.on("error", () => {}).resume()).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const connections = new Connections(1);
  const first = connections.take(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const events: string[] = [];
  const rest = { onConnect() {}, onHeaders: () => true, onData: () => true, onComplete() {} };
  const handler = { ...rest, onError: () => void events.push("failed") };
  first.dispatch({ url: new URL(first.origin) }, handler);
  await once(server, "connection");
  const { cut } = first;
  first.cut = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    await cut.call(first);
    events.push("cut");
  };
  connections.cut(first);
  await connections.close();
  assert.deepEqual(events, ["failed", "cut"]);
});
