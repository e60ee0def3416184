import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { Connections } from "../../../src/http/client/connections.js";
import { fetchOne } from "../../../src/http/client/fetch-one.js";
import type { HttpRequest } from "../../../src/http/client/request.js";
import { startOrigin } from "../../support/origin.js";

const { signal } = new AbortController();

async function followed(connections: Connections, request: HttpRequest) {
  const { reply, error } = await fetchOne(request, {
    connections,
    maxBody: 10_000,
    timeoutMs: 20_000,
    retries: 0,
    signal,
  });
  if (error) throw error;
  return reply;
}

for (const [status, method, goesOnAs] of [
  [301, "POST", "GET"],
  [302, "POST", "GET"],
  [303, "POST", "GET"],
  [303, "PUT", "GET"],
  [303, "HEAD", "HEAD"],
  [301, "PUT", "PUT"],
  [307, "POST", "POST"],
  [308, "POST", "POST"],
] as const) {
  test(`followRedirects continues a ${method} as ${goesOnAs} after a ${status}`, async (t) => {
    const origin = await startOrigin(t, async (request, response) => {
      const body = await text(request);
      if (request.url === "/") response.writeHead(status, { location: "/there" }).end();
      else response.setHeader("x-seen", `${request.method}, ${request.headers["content-type"]}, ${body}.`).end();
    });
    const connections = new Connections(1);
    t.after(() => connections.close());
    const request = { url: new URL(origin.url), method, headers: { "content-type": "text/x" } };
    const body = method === "HEAD" ? {} : { body: "sent" };
    const reply = await followed(connections, { ...request, ...body });
    const same = goesOnAs === method;
    const type = same ? "text/x" : undefined;
    assert.equal(reply.header("x-seen"), `${goesOnAs}, ${type}, ${same && method !== "HEAD" ? "sent" : ""}.`);
  });
}

test("followRedirects leaves a redirect with an endless body, and continues on another connection", async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    if (request.url !== "/") return void response.end("there");
    response.writeHead(302, { location: "/there" }).write("x".repeat(100_000));
  });
  const connections = new Connections(1);
  t.after(() => connections.close());
  for (let i = 0; i < 3; i++)
    assert.equal((await followed(connections, { url: new URL(origin.url) })).body.toString(), "there");
  assert.equal(
    new Set(origin.requests.map(({ socket }) => socket)).size,
    4,
    "each broken off, the first good one kept",
  );
});

test("followRedirects reads a Location in raw UTF-8", async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    if (request.url !== "/") return void response.end(request.url);
    response.socket?.end("HTTP/1.1 302 Found\r\nLocation: /ü\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  });
  const connections = new Connections(1);
  t.after(() => connections.close());
  assert.equal((await followed(connections, { url: new URL(origin.url) })).body.toString(), "/%C3%BC");
});

test("followRedirects sends no secret at a second hop within another origin", async (t) => {
  const other = await startOrigin(t, (request, response) => {
    if (request.url === "/1") response.writeHead(302, { location: "/2" });
    response.end();
  });
  const origin = await startOrigin(t, (_request, response) => {
    response.writeHead(302, { location: `${other.url}/1` }).end();
  });
  const connections = new Connections(2);
  t.after(() => connections.close());
  await followed(connections, { url: new URL(origin.url), headers: { authorization: "secret", "x-mine": "a" } });
  const seen = other.requests.map(({ url, headers }) => [url, headers.authorization, headers["x-mine"]]);
  assert.deepEqual(seen, [
    ["/1", undefined, "a"],
    ["/2", undefined, "a"],
  ]);
});
