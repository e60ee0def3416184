import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, isIP, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { Lookups } from "../../../../src/http/client/lookups.js";
import { PageProxy } from "../../../../src/labs/news/render/page-proxy.js";
import { startOrigin } from "../../../support/origin.js";

/** Names as a hostile name server answers them. */
const lookups = new Lookups(async (name) =>
  name === "mapped.test" ? [{ address: "::ffff:127.0.0.1", family: 6 }] : [{ address: "127.0.0.1", family: 4 }],
);

const [connected, refused] = [0, 2];

function ownAt(name: string, address = "127.0.0.1") {
  return { name, addresses: [{ address, family: 4 }] };
}

async function start(t: TestContext, ownName = "") {
  const origin = await startOrigin(t, (_, response) => response.end("hello"));
  const { port } = new URL(origin.url);
  const proxy = await PageProxy.open({ own: ownAt(`${ownName}:${port}`), lookups });
  t.after(() => proxy.close());
  return { origin, port: Number(port), proxy };
}

/** Ask for a connection to a name or an address. Resolves with the code of the reply, and the open socket. */
async function dial(
  proxy: PageProxy,
  host: string,
  port: number,
  send = (socket: Socket, bytes: Buffer) => {
    socket.write(bytes);
  },
) {
  const socket = connect(Number(new URL(proxy.url).port), "127.0.0.1");
  const name = bytesOf(host);
  const head = [5, 1, 0, ...({ 0: [3, name.length], 4: [1], 6: [4] }[isIP(host)] ?? [])];
  send(socket, Buffer.from([5, 1, 0, ...head, ...name, port >> 8, port & 255]));
  const replies: Buffer[] = [];
  while (Buffer.concat(replies).length < 12) {
    const [bytes] = await Promise.race([once(socket, "data"), once(socket, "close").then(() => [])]);
    if (!bytes) return { code: undefined, socket };
    replies.push(bytes);
  }
  return { code: Buffer.concat(replies)[3], socket };
}

/** An address is sent in bytes. IPv6 must be without dots here. */
function bytesOf(host: string): Buffer {
  if (isIP(host) === 4) return Buffer.from(host.split(".").map(Number));
  if (isIP(host) === 0) return Buffer.from(host);
  const hexOf = (half: string) => half.replace(/[^:]+/g, (group) => group.padStart(4, "0")).replaceAll(":", "");
  const [left = "", right = ""] = host.split("::").map(hexOf);
  return Buffer.from(left + right.padStart(32 - left.length, "0"), "hex");
}

test("PageProxy refuses loopback addresses in IPv6, mapped and translated", async (t) => {
  const { origin, port, proxy } = await start(t);
  const inside = createServer((socket) => socket.end("inside")).listen(port, "::1");
  await once(inside, "listening");
  t.after(() => inside.close());
  for (const host of ["::1", "::ffff:7f00:1", "64:ff9b::7f00:1", "fe80::1"]) {
    const { code, socket } = await dial(proxy, host, port);
    socket.destroy();
    assert.equal(code, refused, host);
  }
  assert.deepEqual([proxy.refused, origin.requests.length], [4, 0]);
});

test("PageProxy refuses loopback addresses and names that resolve there", async (t) => {
  const { origin, port, proxy } = await start(t);
  for (const host of ["127.0.0.1", "10.0.0.1", "rebound.test", "mapped.test", "localhost"]) {
    const { code, socket } = await dial(proxy, host, port);
    socket.destroy();
    assert.equal(code, refused, host);
  }
  assert.deepEqual([proxy.refused, origin.requests.length], [5, 0]);
});

test("PageProxy connects to its own host on its own port only", async (t) => {
  const { port, proxy } = await start(t, "site.test");
  const { code, socket } = await dial(proxy, "site.test", port);
  assert.equal(code, connected);
  socket.write("GET / HTTP/1.1\r\nhost: site.test\r\nconnection: close\r\n\r\n");
  assert.match((await buffer(socket)).toString(), /hello$/);
  for (const [host, at] of [
    ["site.test", port + 1],
    ["127.0.0.1", port],
  ] as const)
    assert.equal((await dial(proxy, host, at)).code, refused);
});

test("PageProxy asks its own host at the addresses that it had, though its name turns to others", async (t) => {
  const origin = await startOrigin(t, (_, response) => response.end("hello"));
  const port = Number(new URL(origin.url).port);
  const turned = new Lookups(async () => [{ address: "127.0.0.2", family: 4 }]);
  const proxy = await PageProxy.open({ own: ownAt(`site.test:${port}`), lookups: turned });
  t.after(() => proxy.close());
  const { code, socket } = await dial(proxy, "site.test", port); // nothing listens at 127.0.0.2
  assert.equal(code, connected);
  socket.destroy();
});

test("PageProxy resets a connection that its server resets, and adds nothing to the body", async (t) => {
  const origin = await startOrigin(t, (_, response) => void response.socket?.write("half"));
  const port = Number(new URL(origin.url).port);
  const proxy = await PageProxy.open({ own: ownAt(`127.0.0.1:${port}`), lookups });
  t.after(() => proxy.close());
  const { socket } = await dial(proxy, "127.0.0.1", port);
  socket.write("GET / HTTP/1.0\r\n\r\n");
  const [body] = await once(socket, "data");
  assert.equal(String(body), "half");
  const later: Buffer[] = [];
  socket.on("data", (bytes: Buffer) => later.push(bytes));
  const failed = once(socket, "end").then(
    () => "a clean end",
    (error) => error.code,
  );
  origin.requests[0]?.socket.resetAndDestroy();
  assert.equal(await failed, "ECONNRESET");
  assert.equal(Buffer.concat(later).length, 0);
});

test("PageProxy reads a request that comes byte by byte", async (t) => {
  const { port, proxy } = await start(t, "127.0.0.1");
  const send = (socket: Socket, bytes: Buffer) => {
    socket.setNoDelay(true);
    let at = 0;
    const next = () => at < bytes.length && socket.write(bytes.subarray(at, ++at), () => setImmediate(next));
    next();
  };
  const { code, socket } = await dial(proxy, "127.0.0.1", port, send);
  assert.equal(code, connected);
  socket.destroy();
});

test("PageProxy closes connections that speak no SOCKS", async (t) => {
  const { proxy } = await start(t);
  for (const bytes of ["GET / HTTP/1.1\r\n\r\n", Buffer.from([5, 1, 2]), Buffer.from([4, 1, 0, 80, 1, 1, 1, 1, 0])]) {
    const socket = connect(Number(new URL(proxy.url).port), "127.0.0.1").on("error", () => {});
    socket.write(bytes);
    assert.equal((await buffer(socket)).length, 0);
  }
});

test("PageProxy cuts its connections as it closes", async (t) => {
  const { port, proxy } = await start(t, "127.0.0.1");
  const { socket } = await dial(proxy, "127.0.0.1", port);
  const closed = once(socket, "close");
  await proxy.close();
  await closed;
});
