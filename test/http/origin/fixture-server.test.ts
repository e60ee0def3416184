import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { startFixtureServer } from "../../../src/http/origin/fixture-server.js";
import { ask } from "../../support/ask.js";
import { rawGet, sendRaw } from "../../support/raw-http.js";
import { unlessBusy } from "../../support/tries.js";

async function start(t: { after(done: () => Promise<void>): void }, options: Parameters<typeof startFixtureServer>[0]) {
  const server = await startFixtureServer(options);
  t.after(() => server.close());
  return server;
}

/** Send several raw requests at once on one connection. */
function pipelined(url: string, paths: readonly string[]) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on("error", () => {});
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`).join(""));
  return socket;
}

function statusOf(url: string): Promise<number | "closed"> {
  return ask(url).then(
    ({ status }) => status,
    () => "closed",
  );
}

/** Wait until the server answers with `status`. */
async function untilAnswered(url: string, status: number): Promise<void> {
  while ((await ask(url)).status !== status);
}

test("the fixture server answers 503 at once beyond mostWaiting, and forgets clients that left", async (t) => {
  const { url, close } = await start(t, { mostWaiting: 2 });
  const first = pipelined(url, ["/delay/60000"]);
  const second = pipelined(url, ["/delay/60000"]);
  await untilAnswered(`${url}/delay/1`, 503);
  assert.deepEqual((await ask(`${url}/item/1`)).status, 200, "an answer without a delay is sent");
  first.destroy();
  await untilAnswered(`${url}/delay/1`, 200);
  second.destroy();
  await close();
});

test("the fixture server forgets all requests of a closed connection, pipelined ones too", async (t) => {
  const { url } = await start(t, { mostWaiting: 20 });
  const socket = pipelined(url, Array(20).fill("/delay/60000"));
  await untilAnswered(`${url}/delay/1`, 503);
  socket.destroy();
  await untilAnswered(`${url}/delay/1`, 200);
  await Promise.all(Array.from({ length: 15 }, () => untilAnswered(`${url}/delay/1`, 200)));
});

test("the fixture server sends no body and no length with 204 and 304", async (t) => {
  const { url } = await start(t, {});
  for (const status of [204, 304]) {
    const socket = pipelined(url, [`/status/${status}`, "/status/418"]);
    socket.on("data", (chunk) => String(chunk).includes("418\n") && socket.end());
    const [head = "", next = ""] = (await text(socket)).split("\r\n\r\n");
    assert.match(head, new RegExp(`^HTTP/1.1 ${status} `));
    assert.doesNotMatch(head, /\n(content-|transfer-encoding)/i);
    assert.match(next, /^HTTP\/1\.1 418 /);
  }
});

test("the fixture server answers a request with a whole URL", async (t) => {
  const { url } = await start(t, {});
  const socket = pipelined(url, ["http://a/delay/1", "HTTP://a:80", "http://a/nowhere", "/status/418"]);
  socket.on("data", (chunk) => String(chunk).includes("418\n") && socket.end());
  const statuses = [...(await text(socket)).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  assert.deepEqual(statuses, ["200", "200", "404", "418"]);
});

test("the fixture server fails the same tries of a URL in each process", async (t) => {
  const life = async () => {
    const { url } = await start(t, { failRate: 0.5, seed: 3 });
    const tries = Array.from({ length: 12 }, () => `${url}/item/1`);
    const came: string[] = [];
    for (const each of tries)
      came.push(
        await ask(each).then(
          ({ status }) => `${status}`,
          () => "broke off",
        ),
      );
    return came;
  };
  const first = await life();
  assert.ok(first.includes("200") && first.some((how) => how !== "200"), `${first}`);
  assert.deepEqual(await life(), first);
});

test("the fixture server gives each URL its own latency, set by the seed", async (t) => {
  const paths = Array.from({ length: 24 }, (_, i) => `/item/${i}`);
  /** The status of each URL. Half of the latencies are 0, and a delayed answer is a 503 here. */
  const life = async (seed: number) => {
    const { url } = await start(t, { latencyMs: [-60_000, 60_000], seed, mostWaiting: 0 });
    return Promise.all(paths.map(async (path) => (await ask(url + path)).status));
  };
  const first = await life(3);
  assert.deepEqual(new Set(first), new Set([200, 503]));
  assert.deepEqual(await life(3), first);
  assert.notDeepEqual(await life(4), first);
});

test("the fixture server resets a pipelined request when its turn comes", { timeout: 20_000 }, async (t) => {
  const { url } = await start(t, { failRate: 1 });
  let resets = 0;
  for (let i = 0; i < 100; i++) {
    const socket = pipelined(url, [`/item/${i}/first`, `/item/${i}/ahead`]);
    const seen: Buffer[] = [];
    const answers = () => Buffer.concat(seen).toString().split("not now").length - 1;
    socket.on("data", (chunk) => seen.push(chunk) && answers() === 2 && socket.end());
    await new Promise((resolve) => void socket.on("close", resolve)); // by the server, unless both were answered
    if (answers() === 1) resets++;
  }
  assert.ok(resets > 0, "one was answered and the other not");
});

test("the fixture server answers 400 to a request with two Hosts", async (t) => {
  const { url } = await start(t, {});
  const port = Number(new URL(url).port);
  assert.equal((await sendRaw(port, rawGet("/item/1", ["Host: a", "hOST: a"]))).status, 400);
  assert.equal((await sendRaw(port, rawGet("/item/1", ["Host: a", "X-Host: host"]))).status, 200);
});

test("the fixture server closes a connection without a complete request", async (t) => {
  const { url } = await start(t, {});
  const port = Number(new URL(url).port);
  const slow = await Promise.all([
    sendRaw(port, ""),
    sendRaw(port, "GET /item/1 HTTP/1.1\r\nhost: a\r\nx:"),
    sendRaw(port, "POST /item/1 HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nhalf"),
  ]);
  for (const { ms } of slow) assert.ok(ms < 15_000, `${ms} ms`);
});

test("the fixture server answers a half-closed connection only after its last request", async (t) => {
  const { url } = await start(t, {});
  const asked = async (...requests: string[]) => {
    const socket = connect({ port: Number(new URL(url).port), allowHalfOpen: true });
    socket.end(requests.map((request) => `GET ${request}\r\n\r\n`).join(""));
    return [...(await text(socket)).matchAll(/(?<=^HTTP\/1\.1 )\d+|after \d+ ms/gm)].map(([found]) => found);
  };
  const keptAlive = "/delay/40 HTTP/1.1\r\nhost: a";
  const lasts = ["/delay/50 HTTP/1.0", "/delay/50 HTTP/1.1\r\nhost: a\r\nconnection: close"];
  for (const last of lasts) {
    assert.deepEqual(await asked(last), ["200", "after 50 ms"]);
    assert.deepEqual(await asked(keptAlive, last), ["200", "after 40 ms", "200", "after 50 ms"]);
  }
  assert.deepEqual(await asked(keptAlive), []);
  assert.deepEqual(await asked("/delay/50 HTTP/1.0\r\nconnection: keep-alive"), []);
  assert.deepEqual(await asked(), []);
});

test("the fixture server frees the connections of clients that stop reading or leave", async (t) => {
  const { url } = await start(t, { mostConnections: 1, stallMs: 50 });
  const stalled = pipelined(url, ["/delay/200", "/bytes/10485760", "/status/418"]);
  await once(stalled, "connect");
  assert.equal(await statusOf(`${url}/item/1`), "closed", "only one connection is allowed");
  while ((await statusOf(`${url}/item/1`)) === "closed");
  const got = await text(stalled);
  assert.match(got, /after 200 ms\nHTTP\/1\.1 200 OK/);
  assert.ok(got.length < 10_485_760);
});

test("the fixture server closes a client that does not read buffered answers", {
  timeout: 20_000,
}, async (t) => {
  const { url } = await start(t, { mostWaiting: 0, mostConnections: 1, stallMs: 50 });
  const stalled = pipelined(url, Array(100_000).fill("/delay/1"));
  await once(stalled, "connect");
  while ((await statusOf(`${url}/item/1`)) === "closed"); // only one connection is allowed
  stalled.destroy();
});

test("the fixture server keeps a connection for a delayed answer after a long one", (t) =>
  unlessBusy(t, async () => {
    const { url } = await start(t, { stallMs: 400 });
    const socket = pipelined(url, ["/bytes/10485760", "/delay/1000", "/bytes/10485760", "/status/418"]);
    let length = 0;
    for await (const chunk of socket) {
      length += chunk.length;
      if (String(chunk).includes("418\n")) socket.end();
    }
    assert.ok(length > 2 * 10_485_760, `${length} bytes`);
  }));
