import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { Connections } from "../../../src/http/client/connections.js";

test("Connections hands out an idle line to the same origin before it makes one", async () => {
  const connections = new Connections(2);
  const line = connections.take("http://a");
  connections.giveBack(line);
  assert.equal(connections.take("http://a"), line);
  assert.notEqual(connections.take("http://a"), line, "that one is in use");
  await connections.close();
});

test("Connections closes an idle line to make room for another origin", async () => {
  const connections = new Connections(2);
  const [a, b] = [connections.take("http://a"), connections.take("http://b")];
  connections.giveBack(a);
  connections.giveBack(b);
  connections.take("http://c");
  assert.notEqual(connections.take("http://a"), a, "it was closed for c");
  await connections.close();
});

test("Connections does not take back what was cut or closed", async () => {
  const connections = new Connections(1);
  const line = connections.take("http://a");
  connections.cut(line);
  connections.giveBack(line);
  assert.notEqual(connections.take("http://a"), line);
  await connections.close();
});

test("Connections.close waits for those that were cut before", async (t) => {
  const server = createServer((socket) => socket.on("error", () => {}).resume()).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const connections = new Connections(1);
  const line = connections.take(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const events: string[] = [];
  const rest = { onConnect() {}, onHeaders: () => true, onData: () => true, onComplete() {} };
  const handler = { ...rest, onError: () => void events.push("failed") };
  line.dispatch({ url: new URL(line.origin) }, handler);
  await once(server, "connection");
  const { cut } = line;
  line.cut = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    await cut.call(line);
    events.push("cut");
  };
  connections.cut(line);
  await connections.close();
  assert.deepEqual(events, ["failed", "cut"]);
});
