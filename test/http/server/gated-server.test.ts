import "../../support/hygiene.js";
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { GatedServer } from "../../../src/http/server/gated-server.js";
import { ask } from "../../support/ask.js";
import { openRaw, untilClosed } from "../../support/raw-http.js";

/** A server with endless replies, and the replies it has started. */
async function startEndless(t: TestContext) {
  const begun = new Set<ServerResponse>();
  const server = await GatedServer.open({
    host: "127.0.0.1",
    port: 0,
    maxConnections: 100,
    handle(request, response) {
      if (request.url !== "/never") return void response.end("in");
      begun.add(response);
      response.once("close", () => begun.delete(response));
      response.writeHead(200).flushHeaders();
    },
  });
  t.after(() => server.close());
  return { server, begun, port: Number(new URL(server.url).port) };
}

test("GatedServer survives a reset CONNECT, and ends in time despite an open one", {
  timeout: 20_000,
}, async (t) => {
  const { server, port } = await startEndless(t);
  const request = `CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
  const reset = await openRaw(port);
  reset.write(request, () => reset.resetAndDestroy());
  while (server.counts.refused.method === 0) await new Promise(setImmediate);
  const held = connect({ port, host: "127.0.0.1", allowHalfOpen: true }); // reads the reply, but does not close
  held.on("data", () => {}).on("error", () => {});
  held.write(request);
  while (server.counts.refused.method === 1) await new Promise(setImmediate);
  assert.equal((await ask(server.url)).body, "in");
  const start = performance.now();
  await server.close();
  assert.ok(performance.now() - start < 1800, "a second, and some for a busy machine");
  held.destroy();
});

test("GatedServer cuts a connection that pipelines, and keeps none of its input", {
  timeout: 20_000,
}, async (t) => {
  const { server, begun, port } = await startEndless(t);
  const socket = await openRaw(port);
  const closed = untilClosed(socket);
  socket.write(`GET /never HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`.repeat(300));
  assert.equal((await closed).split("HTTP/1.1 200").length - 1 <= 1, true);
  while (begun.size > 0) await new Promise(setImmediate);
  assert.ok(server.counts.clientErrors >= 1);
  assert.equal((await ask(server.url)).body, "in");
});

test("GatedServer sends one last reply to a connection with further input", async (t) => {
  const { port } = await startEndless(t);
  const socket = await openRaw(port);
  const closed = untilClosed(socket);
  const post = `POST / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nTransfer-Encoding: chunked\r\n\r\n`;
  socket.write(`${post}no size\r\n`);
  assert.deepEqual((await closed).match(/HTTP\/1\.1 \d+/g), ["HTTP/1.1 405"]);
});
