import "../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { type TestContext, test } from "node:test";
import { Connections } from "../../src/http/connections.js";
import { FetchError } from "../../src/http/fetch-error.js";
import { fetchOne } from "../../src/http/fetch-one.js";
import { startOrigin } from "../support/origin.js";
import { cert, key } from "../support/self-signed.js";

const { signal } = new AbortController();

async function get(
  t: TestContext,
  url: string,
  { headers = {}, retries = 0, timeoutMs = 20_000, connections = new Connections(1) } = {},
) {
  t.after(() => connections.close());
  const options = { connections, timeoutMs, maxBody: 1000, retries, signal };
  const { reply, error } = await fetchOne({ url: new URL(url), headers }, options);
  if (error) throw error;
  return reply;
}

async function startTls(t: TestContext, location: string): Promise<string> {
  const server = createServer({ cert, key }, (_request, response) => response.writeHead(302, { location }).end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** An origin that answers whatever it is asked with these bytes, and hangs up. */
async function startRaw(t: TestContext, bytes: string): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => {}).once("data", () => socket.end(bytes));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const failsAs =
  (errorClass: string, message = /./, status?: number) =>
  (error: unknown) => {
    assert.ok(error instanceof FetchError);
    assert.equal(error.class, errorClass);
    assert.match(error.message, message);
    assert.ok(error.message.length <= 200 && !/\p{Cc}/u.test(error.message), error.message);
    if (status !== undefined) assert.equal(error.status, status);
    return true;
  };

test("fetchOne refuses a certificate nobody vouches for: class tls", async (t) => {
  await assert.rejects(get(t, await startTls(t, "/"), { retries: 3 }), failsAs("tls"));
});

test("fetchOne does not follow a redirect from https down to http", async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.end("plain"));
  const connections = new Connections(1, { tls: { ca: cert } });
  const url = await startTls(t, origin.url);
  await assert.rejects(get(t, url, { connections }), failsAs("redirect", /from https down to http/));
  assert.equal(origin.requests.length, 0);
});

test("fetchOne keeps its deadline while a connection is still being opened", async (t) => {
  const silent = createTcpServer(() => {}).listen(0, "127.0.0.1"); // accepts, and never answers the TLS hello
  await once(silent, "listening");
  t.after(() => silent.close());
  const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  await assert.rejects(get(t, url, { timeoutMs: 300 }), failsAs("timeout", /no answer within 300 ms/));
});

test("fetchOne says dns for a name that does not resolve, and does not try again", async (t) => {
  await assert.rejects(get(t, "http://nowhere.invalid/", { retries: 3 }), failsAs("dns"));
});

test("fetchOne says headers for a reply whose head is too long", async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    response.writeHead(200, { "x-long": "x".repeat(20_000) }).end();
  });
  await assert.rejects(get(t, origin.url), failsAs("headers"));
});

test("fetchOne takes no more than maxBody, however it is sent", async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    response.on("error", () => {});
    const more = () => {
      if (!response.destroyed) response.write("x".repeat(100), () => setImmediate(more));
    };
    more();
  });
  await assert.rejects(get(t, origin.url), failsAs("too_large", /longer than 1000 bytes/));
});

test("fetchOne keeps its secrets from another origin, and its other headers with it", async (t) => {
  const other = await startOrigin(t, (_request, response) => response.end());
  const origin = await startOrigin(t, (_request, response) => response.writeHead(302, { location: other.url }).end());
  await get(t, origin.url, { headers: { Authorization: "a", cookie: "b", "proxy-authorization": "c", "x-mine": "d" } });
  const { authorization, cookie, "proxy-authorization": proxy, "x-mine": mine } = other.requests[0]?.headers ?? {};
  assert.deepEqual([authorization, cookie, proxy, mine], [undefined, undefined, undefined, "d"]);
});

test("fetchOne tries a connection that was reset again, as often as it may", async (t) => {
  const origin = await startOrigin(t, (_request, response, nth) => {
    if (nth <= 2) response.socket?.resetAndDestroy();
    else response.end("third time lucky");
  });
  const { body } = await get(t, origin.url, { retries: 2 });
  assert.equal(body.toString(), "third time lucky");
  await assert.rejects(
    get(t, (await startOrigin(t, (_, response) => response.destroy())).url, { retries: 1 }),
    failsAs("reset"),
  );
});

const good = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

test("fetchOne takes interim replies nobody asked for before the reply, but 100, which is class protocol", async (t) => {
  const early = await startRaw(t, `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n${good}`);
  assert.equal((await get(t, early)).body.toString(), "ok");
  const proceed = await startRaw(t, `HTTP/1.1 100 Continue\r\n\r\n${good}`);
  await assert.rejects(get(t, proceed), failsAs("protocol", /got 100 Continue/));
});

for (const [what, bytes, message] of [
  ["an unasked 101", "101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: a\r\n\r\n", /got 101 Switching/],
  ["an unasked 101 without a word of what to", "101 Switching Protocols\r\n\r\n", /rules of HTTP/],
  [
    "a length and chunks",
    "200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    /contradict each other/,
  ],
  ["two lengths", "200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello", /contradict each other/],
  ["a status of 000", "000 \r\ncontent-length: 0\r\n\r\n", /^expected a status of 100 or more, got 000$/],
  ["control characters", `200 OK\r\nx\u0001${"\u0002".repeat(300)}: b\r\n\r\n`, /\\u0001/],
] as const) {
  test(`fetchOne says protocol for ${what}, in one line`, async (t) => {
    await assert.rejects(get(t, await startRaw(t, `HTTP/1.1 ${bytes}`)), failsAs("protocol", message));
  });
}

test("fetchOne knows the status of a reply that broke off after its headers", async (t) => {
  const head = "HTTP/1.1 201 Created\r\ncontent-length: 5";
  await assert.rejects(get(t, await startRaw(t, `${head}\r\n\r\nhel`)), failsAs("reset", /./, 201));
  const noHead = await get(t, await startRaw(t, head)).catch((error) => error);
  assert.deepEqual([noHead.class, noHead.status], ["reset", undefined]);
  const silent = await startOrigin(t, (_request, response) => response.writeHead(202).write("x"));
  await assert.rejects(get(t, silent.url, { timeoutMs: 300 }), failsAs("timeout", /./, 202));
});
