import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { type TestContext, test } from "node:test";
import { Connections } from "../../../src/http/client/connections.js";
import { FetchError } from "../../../src/http/client/fetch-error.js";
import { fetchOne } from "../../../src/http/client/fetch-one.js";
import { Lookups } from "../../../src/http/client/lookups.js";
import { RetryBudget } from "../../../src/http/client/retry-budget.js";
import { startOrigin } from "../../support/origin.js";
import { cert, key } from "../../support/self-signed.js";

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

/** An origin that answers every request with these bytes and closes the connection. */
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

test("fetchOne refuses an untrusted certificate with class tls", async (t) => {
  await assert.rejects(get(t, await startTls(t, "/"), { retries: 3 }), failsAs("tls"));
});

test("fetchOne does not follow a redirect from https down to http", async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.end("plain"));
  const connections = new Connections(1, { tls: { ca: cert } });
  const url = await startTls(t, origin.url);
  await assert.rejects(get(t, url, { connections }), failsAs("redirect", /from https down to http/));
  assert.equal(origin.requests.length, 0);
});

test("fetchOne keeps its deadline while a connection is being opened", async (t) => {
  const silent = createTcpServer(() => {}).listen(0, "127.0.0.1"); // accepts, and never answers the TLS hello
  await once(silent, "listening");
  t.after(() => silent.close());
  const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  await assert.rejects(get(t, url, { timeoutMs: 300 }), failsAs("timeout", /no answer within 300 ms/));
});

test("fetchOne fails with class dns for an unknown name, and does not retry", async (t) => {
  for (const name of ["nowhere.invalid", `${"a.".repeat(200)}invalid`])
    await assert.rejects(get(t, `http://${name}/`, { retries: 3 }), failsAs("dns"));
});

test("fetchOne fails with class headers if the head of a reply is too long", async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    response.writeHead(200, { "x-long": "x".repeat(300_000) }).end();
  });
  await assert.rejects(get(t, origin.url), failsAs("headers"));
});

test("fetchOne cuts a body without a length at maxBody", async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    response.on("error", () => {});
    const more = () => {
      if (!response.destroyed) response.write("x".repeat(100), () => setImmediate(more));
    };
    more();
  });
  await assert.rejects(get(t, origin.url), failsAs("too_large", /longer than 1000 bytes/));
});

test("fetchOne sends its secrets and its Host to no other origin", async (t) => {
  const other = await startOrigin(t, (_request, response) => response.end());
  const origin = await startOrigin(t, (request, response) => {
    response.writeHead(302, { location: request.url === "/" ? "/again" : other.url }).end();
  });
  const ofOrigin = {
    Authorization: "a",
    cookie: "b",
    "proxy-authorization": "c",
    Host: "virtual.example",
    "X-Api-Key": "e",
  };
  await get(t, origin.url, { headers: { ...ofOrigin, "x-mine": "d" } });
  const names = ["authorization", "cookie", "proxy-authorization", "host", "x-api-key", "x-mine"];
  const sent = [...origin.requests, ...other.requests].map(({ headers }) => names.map((name) => headers[name]));
  const all = ["a", "b", "c", "virtual.example", "e", "d"];
  const { host } = new URL(other.url);
  assert.deepEqual(sent, [all, all, [undefined, undefined, undefined, host, undefined, "d"]]);
});

test("fetchOne follows a redirect with a broken, too long or oddly coded body", async (t) => {
  const target = await startOrigin(t, (_request, response) => response.end("here"));
  const head = `HTTP/1.1 302 Found\r\nlocation: ${target.url}\r\n`;
  for (const rest of [
    "content-length: 100\r\n\r\nshort",
    `content-length: 2000000\r\n\r\n${"x".repeat(2_000_000)}`,
    "transfer-encoding: chunked\r\n\r\nno chunk",
    "content-encoding: rot13\r\ncontent-length: 5\r\n\r\ncynva",
  ]) {
    const { body } = await get(t, await startRaw(t, head + rest), { connections: new Connections(2) });
    assert.equal(body.toString(), "here", rest.slice(0, 40));
  }
});

test("fetchOne accepts a 204 or 304 with a Content-Length", async (t) => {
  for (const line of ["204 No Content", "304 Not Modified"]) {
    const { status } = await get(t, await startRaw(t, `HTTP/1.1 ${line}\r\ncontent-length: 5\r\n\r\n`));
    assert.equal(status, Number(line.slice(0, 3)));
  }
});

test("fetchOne fails with class too_large for two codings in separate headers", async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    response
      .writeHead(
        200,
        [
          ["content-encoding", "gzip"],
          ["Content-Encoding", "br"],
        ].flat(),
      )
      .end("x");
  });
  await assert.rejects(get(t, origin.url), failsAs("too_large", /^2 content codings/));
});

test("fetchOne charges a retry to the origin that failed, even after a redirect", async (t) => {
  const charged: string[] = [];
  class WatchedBudget extends RetryBudget {
    override tryRetry(origin: string): boolean {
      charged.push(origin);
      return super.tryRetry(origin);
    }
  }
  const busy = await startOrigin(t, (_request, response) => response.writeHead(503).end());
  const cutting = await startOrigin(t, (_request, response) => response.socket?.resetAndDestroy());
  for (const target of [busy, cutting]) {
    const origin = await startOrigin(t, (_request, response) =>
      response.writeHead(302, { location: target.url }).end(),
    );
    const connections = new Connections(1);
    t.after(() => connections.close());
    const options = { connections, timeoutMs: 20_000, maxBody: 1000, retries: 1, budget: new WatchedBudget(1), signal };
    await fetchOne({ url: new URL(origin.url) }, options);
  }
  assert.deepEqual(charged, [busy.url, cutting.url]);
});

test("fetchOne retries after a timeout of the system", async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.end("in"));
  let asked = 0;
  const lookups = new Lookups(async () => {
    if (++asked > 1) return [{ address: "127.0.0.1", family: 4 }];
    throw Object.assign(new Error("timed out"), { code: "ETIMEDOUT" });
  });
  const connections = new Connections(1, { lookups });
  t.after(() => connections.close());
  const options = { connections, timeoutMs: 20_000, maxBody: 1000, retries: 1, signal };
  const { reply, attempts } = await fetchOne({ url: new URL(origin.url.replace("127.0.0.1", "localhost")) }, options);
  assert.deepEqual([reply?.status, attempts], [200, 2]);
});

test("fetchOne counts a redirected request for its last origin in the retry budget", async (t) => {
  const busy = await startOrigin(t, (_request, response) => response.writeHead(503, { "retry-after": "0" }).end());
  const origin = await startOrigin(t, (_request, response) => response.writeHead(302, { location: busy.url }).end());
  const connections = new Connections(1);
  t.after(() => connections.close());
  const options = { connections, timeoutMs: 20_000, maxBody: 1000, retries: 1, budget: new RetryBudget(1), signal };
  for (let i = 0; i < 30; i++) await fetchOne({ url: new URL(origin.url) }, options);
  assert.equal(busy.requests.length, 30 + 3);
});

test("fetchOne retries a reset connection up to `retries` times", async (t) => {
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

test("fetchOne skips interim replies, but fails with class protocol for a 100", async (t) => {
  const early = await startRaw(t, `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n${good}`);
  assert.equal((await get(t, early)).body.toString(), "ok");
  const proceed = await startRaw(t, `HTTP/1.1 100 Continue\r\n\r\n${good}`);
  await assert.rejects(get(t, proceed), failsAs("protocol", /got 100 Continue/));
});

for (const [what, bytes, message] of [
  ["an unasked 101", "101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: a\r\n\r\n", /got 101 Switching/],
  ["a 101 without an upgrade", "101 Switching Protocols\r\n\r\n", /rules of HTTP/],
  [
    "a length and chunks",
    "200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    /contradict each other/,
  ],
  ["two lengths", "200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello", /contradict each other/],
  ["a status of 000", "000 \r\ncontent-length: 0\r\n\r\n", /^expected a status of 100 or more, got 000$/],
  ["control characters", `200 OK\r\nx\u0001${"\u0002".repeat(300)}: b\r\n\r\n`, /\\u0001/],
] as const) {
  test(`fetchOne fails with class protocol and one line for ${what}`, async (t) => {
    await assert.rejects(get(t, await startRaw(t, `HTTP/1.1 ${bytes}`)), failsAs("protocol", message));
  });
}

test("fetchOne reports the status of a reply that broke off after its headers", async (t) => {
  const head = "HTTP/1.1 201 Created\r\ncontent-length: 5";
  await assert.rejects(get(t, await startRaw(t, `${head}\r\n\r\nhel`)), failsAs("reset", /./, 201));
  const noHead = await get(t, await startRaw(t, head)).catch((error) => error);
  assert.deepEqual([noHead.class, noHead.status], ["reset", undefined]);
  const silent = await startOrigin(t, (_request, response) => response.writeHead(202).write("x"));
  await assert.rejects(
    get(t, silent.url, { timeoutMs: 300.123456 }),
    failsAs("timeout", /^no answer within 300\.123 ms$/, 202),
  );
});

test("fetchOne rejects with an error that is a bug, with or without a code", async () => {
  const bug = Object.assign(new TypeError("wrong call"), { code: "ERR_INVALID_ARG_TYPE" });
  class Broken extends Connections {
    override take(): never {
      throw bug;
    }
  }
  const options = { connections: new Broken(1), timeoutMs: 1000, maxBody: 1000, retries: 0, signal };
  await assert.rejects(fetchOne({ url: new URL("http://127.0.0.1/") }, options), (error) => error === bug);
});

for (const method of ["GET", "POST"]) {
  test(`fetchOne loses no ${method} to a server that closes each connection silently`, async (t) => {
    const url = new URL(await startRaw(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    const connections = new Connections(2);
    t.after(() => connections.close());
    const options = { connections, timeoutMs: 20_000, maxBody: 1000, retries: 0, signal };
    const inTurn = async () => {
      for (let i = 0; i < 100; i++) {
        const { reply, error, attempts } = await fetchOne({ url, method }, options);
        assert.deepEqual([reply?.status, error, attempts], [200, undefined, 1]);
      }
    };
    await Promise.all([inTurn(), inTurn()]);
  });
}

test("fetchOne retries a HEAD that was reset, and returns the error at the end", async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.socket?.resetAndDestroy());
  const connections = new Connections(1);
  t.after(() => connections.close());
  const options = { connections, timeoutMs: 20_000, maxBody: 1000, retries: 2, signal };
  const { reply, error, attempts } = await fetchOne({ url: new URL(origin.url), method: "HEAD" }, options);
  assert.deepEqual([reply, error?.class, attempts, origin.requests.length], [undefined, "reset", 3, 3]);
});

test("fetchOne resends a GET lost on a used connection once", async (t) => {
  let resets = false;
  const waiting: (() => void)[] = [];
  const origin = await startOrigin(t, (_request, response) => {
    if (resets) return void response.socket?.resetAndDestroy();
    waiting.push(() => response.end());
    if (waiting.length === 4) for (const answer of waiting) answer();
  });
  const connections = new Connections(4);
  t.after(() => connections.close());
  const options = { connections, timeoutMs: 20_000, maxBody: 1000, retries: 0, signal };
  const url = new URL(origin.url);
  await Promise.all(Array.from({ length: 4 }, () => fetchOne({ url }, options)));
  resets = true;
  const { error, attempts } = await fetchOne({ url }, options);
  assert.deepEqual([error?.class, attempts, origin.requests.length], ["reset", 1, 4 + 2]);
  const post = await fetchOne({ url, method: "POST" }, options);
  assert.deepEqual([post.error?.class, origin.requests.length], ["reset", 4 + 3], "a POST is sent once");
});

test("fetchOne says in the outcome that the retry budget is used up", async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === "/reset") response.socket?.resetAndDestroy();
    else response.writeHead(503).end();
  });
  const connections = new Connections(1);
  t.after(() => connections.close());
  const budget = new RetryBudget(1);
  const fetched = (path: string) =>
    fetchOne(
      { url: new URL(path, origin.url) },
      { connections, budget, timeoutMs: 20_000, maxBody: 1, retries: 1, signal },
    );
  const first = await fetched("/");
  assert.deepEqual([first.attempts, first.error ?? first.notRetried], [2, undefined], "it had its retry");
  const usedUp = /^retries to this origin are used up/;
  const busy = await fetched("/");
  assert.equal(busy.attempts, 1);
  assert.match((!busy.error && busy.notRetried) || "", usedUp);
  const { attempts, error } = await fetched("/reset");
  assert.deepEqual([attempts, error?.class, error?.origin], [1, "reset", new URL(origin.url).origin]);
  assert.match(error?.message ?? "", /, not tried again: retries to this origin are used up/);
});
