import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type GateOptions, refusal } from "../../../src/http/server/gate.js";
import { GatedServer } from "../../../src/http/server/gated-server.js";
import { securityHeaders } from "../../../src/http/server/settings.js";
import { ask } from "../../support/ask.js";
import { rawGet, sendRaw } from "../../support/raw-http.js";

let server: GatedServer;
let port: number;
let host: string;
before(async () => {
  server = await GatedServer.open({
    host: "127.0.0.1",
    port: 0,
    maxConnections: 100,
    handle: (request, response) => {
      if (request.url === "/never") response.writeHead(200).flushHeaders();
      else response.end("in");
    },
  });
  port = Number(new URL(server.url).port);
  host = `Host: 127.0.0.1:${port}`;
});
after(() => server.close());

/** Send a raw request, and check the status and the security headers of the reply. */
async function send(bytes: string, status: number): Promise<Awaited<ReturnType<typeof sendRaw>>> {
  const reply = await sendRaw(port, bytes);
  assert.equal(reply.status, status, `${JSON.stringify(bytes)}: ${reply.text}`);
  for (const [name, value] of Object.entries(securityHeaders)) assert.equal(reply.headers[name], value, name);
  assert.equal(reply.headers["access-control-allow-origin"], undefined);
  return reply;
}

test("the gate admits the requests of a browser at the server's own address", async () => {
  for (const name of ["127.0.0.1", `127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`]) {
    assert.equal((await send(rawGet("/", [`Host: ${name}`]), 200)).body.includes("in"), true);
  }
  await send(rawGet("/?a=%20b&c=[x]".replace("[x]", "x"), [host, `Origin: http://127.0.0.1:${port}`]), 200);
  await send(rawGet("/", [host, "Sec-Fetch-Site: same-origin"]), 200);
  await send(rawGet("/", [host, "Sec-Fetch-Site: none"]), 200);
});

test("the gate refuses a foreign Host with 403 for every target", async () => {
  for (const name of ["evil.example", `evil.example:${port}`, "127.0.0.1.evil.example", "localhost.evil", "10.0.0.1"]) {
    for (const path of ["/", "/feed", "/metrics", "/nowhere"]) await send(rawGet(path, [`Host: ${name}`]), 403);
  }
});

test("the gate requires exactly one Host, and refuses others with 400", async () => {
  await send(rawGet("/", []), 400);
  await send(rawGet("/", [], "1.0"), 400);
  await send(rawGet("/", [host, host]), 400);
  await send(rawGet("/", [host, "Host: evil.example"]), 400);
  await send(rawGet("/", ["Host: "]), 400);
  await send(rawGet("/", ["Host: a b"]), 400);
  await send(rawGet("/", [host], "1.0"), 200);
});

test("the gate refuses requests of other sites with 403, and sends no CORS headers", async () => {
  await send(rawGet("/feed", [host, "Origin: https://evil.example"]), 403);
  await send(rawGet("/feed", [host, "Origin: null"]), 403);
  await send(rawGet("/feed", [host, `Origin: http://127.0.0.1:${port + 1}`]), 403);
  await send(rawGet("/", [host, "Sec-Fetch-Site: cross-site"]), 403);
});

test("GatedServer sets the security headers for every status", async () => {
  const { headers } = await send(rawGet("/", [host]), 200);
  const csp = headers["content-security-policy"] ?? "";
  for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
    assert.ok(csp.includes(rule), rule);
  }
  assert.ok(!/unsafe|\*|data:/.test(csp));
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["cross-origin-resource-policy"], "same-origin");
});

test("the gate refuses a target that is no path with 400", async () => {
  for (const target of [
    "//",
    "//evil.example/",
    "http://[",
    "http://127.0.0.1/",
    "%zz",
    "/%zz",
    "/%",
    "*",
    "x",
    "/é",
    '/"',
  ]) {
    const { status, text } = await sendRaw(port, rawGet(target, [host]));
    assert.equal(status, 400, `${target}: ${text}`);
  }
  await send(rawGet("//", [host]), 400);
  await send(rawGet("/%zz", [host]), 400);
});

test("the gate admits the methods that a server names, and lists them in Allow", () => {
  const options: GateOptions = { host: "127.0.0.1", methods: ["GET", "POST"] };
  const request = { url: "/", headers: { host: "localhost" }, rawHeaders: ["Host", "localhost"] };
  for (const method of ["GET", "POST"]) assert.equal(refusal({ ...request, method }, options), undefined, method);
  for (const [method, status] of [
    ["HEAD", 405],
    ["PUT", 405],
    ["post", 405],
    ["OPTIONS", 204],
  ] as const) {
    const refused = refusal({ ...request, method }, options);
    assert.deepEqual([refused?.status, refused?.headers?.allow], [status, "GET, POST, OPTIONS"], method);
  }
});

test("the gate answers HEAD and OPTIONS, and refuses other methods with 405", async () => {
  const ask = (method: string, target = "/", more = "") =>
    `${method} ${target} HTTP/1.1\r\n${host}\r\n${more}Connection: close\r\n\r\n`;
  assert.equal((await send(ask("HEAD"), 200)).body, "");
  const options = await send(`OPTIONS * HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`, 204);
  assert.equal(options.headers.allow, "GET, HEAD, OPTIONS");
  assert.ok(!Object.keys(options.headers).some((name) => name.startsWith("access-control")));
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"]) {
    const { headers } = await send(`${method} / HTTP/1.1\r\n${host}\r\nContent-Length: 1000000\r\n\r\n`, 405);
    assert.deepEqual([headers.allow, headers.connection], ["GET, HEAD, OPTIONS", "close"]);
  }
  const expecting = await send(`POST / HTTP/1.1\r\n${host}\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n`, 405);
  assert.ok(!expecting.text.includes("100 Continue"), "the body is not requested");
  const { headers } = await send(ask("CONNECT", "127.0.0.1:80"), 405);
  assert.equal(headers.allow, "GET, HEAD, OPTIONS");
  const upgrade = `GET / HTTP/1.1\r\n${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
  const { headers: ours, body, ms } = await send(upgrade, 200);
  assert.deepEqual([ours.upgrade, ours.connection, body.includes("in")], [undefined, "close", true]);
  assert.ok(ms < 2500, `${ms} ms: closed by the reply, not by the keep-alive timeout`);
});

test("GatedServer answers invalid HTTP with 400 or 431, closes the connection and counts it", async () => {
  const before = server.counts.clientErrors;
  await send(rawGet("/", [host, `X-Long: ${"x".repeat(20_000)}`]), 431);
  await send(`POST / HTTP/1.1\r\n${host}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400);
  await send(rawGet("/", [host, "X-Nul: a\u0000b"]), 400);
  await send("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not HTTP at all\r\n\r\n", 400);
  assert.equal(server.counts.clientErrors - before, 4);
});

test("the gate on all addresses admits any address, but only allowed names", () => {
  const ask = (name: string, options: GateOptions) =>
    refusal({ method: "GET", url: "/", headers: { host: name }, rawHeaders: ["Host", name] }, options)?.status;
  const open = { host: "0.0.0.0", allowHosts: ["lab.example"] };
  for (const name of ["10.1.2.3:8088", "[::1]:8088", "localhost", "lab.example:443", "LAB.example"]) {
    assert.equal(ask(name, open), undefined, name);
  }
  for (const name of ["other.example", "lab.example.evil", "10.1.2.3.nip.io"]) assert.equal(ask(name, open), 403, name);
  assert.equal(ask("[::1]:80", { host: "::1" }), undefined);
  assert.equal(ask("[::2]:80", { host: "::1" }), 403);
});

test("the gate names --allow-host only for a server that takes further names", () => {
  const request = { method: "GET", url: "/", headers: { host: "evil.example" }, rawHeaders: ["Host", "evil.example"] };
  assert.equal(refusal(request, { host: "127.0.0.1", allowHosts: [] })?.hint, "name it with --allow-host");
  assert.equal(refusal(request, { host: "127.0.0.1" })?.hint, undefined);
});

test("GatedServer.close() answers 503 while open replies end, and cuts the rest after a second", async () => {
  const own = await GatedServer.open({
    host: "127.0.0.1",
    port: 0,
    maxConnections: 10,
    handle: (_request, response) => response.writeHead(200).flushHeaders(),
  });
  const ownPort = Number(new URL(own.url).port);
  const never = sendRaw(ownPort, rawGet("/", [`Host: localhost:${ownPort}`]));
  while (own.counts.requests === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const start = performance.now();
  const closing = own.close();
  const { status, headers } = await sendRaw(ownPort, rawGet("/", [`Host: localhost:${ownPort}`]));
  assert.deepEqual([status, headers["retry-after"]], [503, "1"]);
  await closing;
  const took = performance.now() - start;
  assert.ok(took > 900 && took < 2000, `${took} ms`);
  assert.equal((await never).status, 200);
  await assert.rejects(ask(own.url), /ECONNREFUSED/);
});
