import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Connections } from "../../src/http/connections.js";

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
  await connections.cut(line);
  connections.giveBack(line);
  assert.notEqual(connections.take("http://a"), line);
  await connections.close();
});
