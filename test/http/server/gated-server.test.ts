import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { GatedServer } from "../../../src/http/server/gated-server.js";
import { securityHeaders } from "../../../src/http/server/settings.js";
import { ask } from "../../support/ask.js";
import { keepAsking } from "../../support/keep-asking.js";
import { latch } from "../../support/latch.js";
import { openRaw, rawGet, sendRaw, untilClosed } from "../../support/raw-http.js";
import { unlessBusy } from "../../support/tries.js";

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

/** A server that answers requests during close(). */
async function startAnswering(
  t: TestContext,
  handle = (_request: IncomingMessage, response: ServerResponse) => greet(response),
) {
  const options = { host: "127.0.0.1", port: 0, maxConnections: 200, whileClosing: "answer", handle } as const;
  const server = await GatedServer.open(options);
  t.after(() => server.close());
  return { server, port: Number(new URL(server.url).port) };
}

function greet(response: ServerResponse): void {
  response.writeHead(200, { "content-length": 2 }).end("in");
}

/** Wait until the port of the server is closed. */
async function untilRefused(url: string): Promise<void> {
  for (let isOpen = true; isOpen; ) {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
  }
}

for (const fresh of [false, true]) {
  test(`GatedServer.close() loses no request of 64 clients on ${fresh ? "fresh" : "kept"} connections`, (t) =>
    unlessBusy(t, async () => {
      const { server } = await startAnswering(t);
      let closed: Promise<void> | undefined;
      const onAnswer = (answered: number) => {
        if (answered === 500) closed = server.close();
      };
      const asked = await keepAsking(server.url, { connections: 64, fresh, onAnswer });
      await closed;
      assert.deepEqual([asked.failed, asked.toldToClose], [[], fresh ? 0 : 64]);
      assert.ok(asked.answered > 500, `${asked.answered}`);
    }));
}

test("GatedServer.close() answers a half-sent request, and closes its connection", async (t) => {
  const { server, port } = await startAnswering(t);
  const socket = await openRaw(port);
  const replied = untilClosed(socket);
  socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`);
  await ask(server.url); // by now the half is there
  const closed = server.close();
  await untilRefused(server.url);
  socket.write("\r\n");
  assert.match(await replied, /^HTTP\/1.1 200 OK\r\n(.*\n)?connection: close\r\n.*\r\n\r\nin$/is);
  await closed;
});

test("GatedServer.close() answers idle connections for half a second", async (t) => {
  const { server, port } = await startAnswering(t);
  const get = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
  const [asks, idles] = [await openRaw(port), await openRaw(port)];
  const replies = [asks, idles].map((socket) => untilClosed(socket));
  for (const socket of [asks, idles]) {
    socket.write(get);
    await once(socket, "data");
  }
  const start = performance.now();
  const closed = server.close();
  await untilRefused(server.url);
  asks.write(get);
  const [two = "", one = ""] = await Promise.all(replies);
  assert.deepEqual(
    [two, one].map((text) => text.split("HTTP/1.1 200 OK").length - 1),
    [2, 1],
  );
  assert.ok(performance.now() - start > 450, "the idle one was kept that long");
  await closed;
});

test("GatedServer.close() tells the client of a late reply to close", async (t) => {
  const [begun, finish] = [latch(), latch()];
  const { server, port } = await startAnswering(t, async (_request, response) => {
    begun.open();
    await finish.passed;
    greet(response);
  });
  const socket = await openRaw(port);
  const replied = untilClosed(socket);
  socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  await begun.passed;
  const closed = server.close();
  await untilRefused(server.url);
  finish.open();
  assert.match(await replied, /\nconnection: close\r\n/i);
  await closed;
});

test("GatedServer sends each security header once, however a handler writes its head", async (t) => {
  const ways: Record<string, (response: ServerResponse) => void> = {
    object: (response) => response.writeHead(200, { "x-own": "1" }).end("in"),
    array: (response) => response.writeHead(200, ["x-own", "1"]).end("in"),
    reason: (response) => response.writeHead(200, "Fine", { "x-own": "1" }).end("in"),
    set: (response) => response.setHeader("x-own", "1").end("in"),
    both: (response) => response.setHeader("x-own", "1").writeHead(200, { "x-more": "2" }).end("in"),
    "own policy": (response) => response.writeHead(200, { "x-own": "1", "Content-Security-Policy": "own" }).end("in"),
    "own policy set": (response) => response.setHeader("x-own", "1").setHeader("content-security-policy", "own").end(),
  };
  const { port } = await startAnswering(t, ({ url }, response) => ways[decodeURI(url ?? "").slice(1)]?.(response));
  for (const way of Object.keys(ways)) {
    const { headers, text } = await sendRaw(port, rawGet(`/${encodeURI(way)}`, [`Host: localhost:${port}`]));
    const policy = way.startsWith("own") ? "own" : securityHeaders["content-security-policy"];
    const expected = { ...securityHeaders, "content-security-policy": policy, "x-own": "1" };
    for (const [name, value] of Object.entries(expected)) {
      assert.equal(headers[name], value, `${way}: ${name}`);
      assert.equal(text.match(new RegExp(`^${name}:`, "gim"))?.length, 1, `${way}: ${name}`);
    }
  }
});
