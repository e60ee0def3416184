import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, type TestContext } from "node:test";
import { sleep } from "../../../src/concurrency/index.js";
import { type ApmServer, FeedReader, startApmServer } from "../../support/apm-server.js";
import { testAtOnce } from "../../support/at-once.js";
import { publishAllTheWhile } from "../../support/publisher.js";
import { openRaw, rawGet, sendRaw, untilClosed } from "../../support/raw-http.js";

const test = testAtOnce(3);

/** Slow connections, all opened at once before the tests. Each test checks the end of its own connection. */
const begun = {} as {
  server: ApmServer;
  silent: Promise<Ended>;
  drip: Promise<Ended>;
  kept: Promise<Ended>;
  feed: FeedReader;
};
interface Ended {
  ms: number;
  text: string;
}
const cleanups: (() => unknown)[] = [];

before(async () => {
  const server = await startApmServer({ after: (act: () => unknown) => cleanups.push(act) } as unknown as TestContext);
  const host = `Host: 127.0.0.1:${server.port}`;
  const ended = async (bytes: string): Promise<Ended> => {
    const start = performance.now();
    const socket = await openRaw(server.port);
    socket.write(bytes);
    return { text: await untilClosed(socket), ms: performance.now() - start };
  };
  begun.server = server;
  begun.silent = ended("");
  begun.drip = drip(server, `GET / HTTP/1.1\r\n${host}\r\nX-Slow: `);
  begun.kept = ended(`GET /healthz HTTP/1.1\r\n${host}\r\n\r\n`);
  begun.feed = await FeedReader.open(server.url);
});
after(async () => {
  await begun.feed[Symbol.asyncDispose]();
  for (const cleanup of cleanups) await cleanup();
});

async function drip({ port }: ApmServer, beginning: string): Promise<Ended> {
  const start = performance.now();
  const socket = await openRaw(port);
  const closed = untilClosed(socket);
  let over = false;
  void closed.then(() => {
    over = true;
  });
  for (socket.write(beginning); !over; await sleep(200)) socket.write("x");
  return { text: await closed, ms: performance.now() - start };
}

test("lab apm server cuts off dripping headers after five seconds with 408", async () => {
  const { ms, text } = await begun.drip;
  assert.ok(ms > 4000 && ms < 9000, `${ms} ms`);
  assert.match(text, /^HTTP\/1\.1 408 /);
});

test("lab apm server cuts off a silent connection within ten seconds", async () => {
  const { ms } = await begun.silent;
  assert.ok(ms < 13_000, `${ms} ms`);
});

test("lab apm server closes an idle keep-alive connection after five seconds", async () => {
  const { ms, text } = await begun.kept;
  assert.ok(ms > 4000 && ms < 9000, `${ms} ms`);
  assert.match(text, /^HTTP\/1\.1 200 /);
});

test("lab apm server counts a flood of invalid requests without logging it", async () => {
  const { server } = begun;
  const lines = server.lab.stderr.length;
  await Promise.all(Array.from({ length: 200 }, () => sendRaw(server.port, "\x16\x03\x01 nonsense\r\n\r\n")));
  await server.reaches("lab_client_error_total", 200);
  assert.equal(server.lab.stderr.length, lines);
  assert.equal((await sendRaw(server.port, rawGet("/healthz", ["Host: localhost"]))).status, 200);
});

test("lab apm server forgets browsers that leave within a second", async (t) => {
  const server = await startApmServer(t);
  await using _ = await publishAllTheWhile(t, server);
  await using stays = await FeedReader.open(server.url);
  const sockets = await Promise.all(Array.from({ length: 50 }, () => openRaw(server.port)));
  for (const socket of sockets) socket.write("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const writtenTo = sockets.map(async (socket, i) => {
    for (let text = ""; !text.includes("\n\ndata: "); ) text += (await once(socket, "data"))[0];
    if (i % 4 < 2) socket.pause(); // like a busy browser
  });
  await Promise.race([Promise.all(writtenTo), stays.end()]); // an end means that the server is gone
  await server.reaches("lab_sse_clients", 51);
  sockets.forEach((socket, i) => {
    if (i % 2 === 0) socket.resetAndDestroy();
    else socket.destroy();
  });
  const start = performance.now();
  while ((await server.metric("lab_sse_clients")) !== 1) {
    assert.ok(performance.now() - start < 2500, "one second, plus one that /metrics may be old");
    await sleep(50);
  }
  const before = stays.samples.length;
  await stays.until(() => stays.samples.length > before + 100);
});

test("lab apm server writes a comment to a silent feed every fifteen seconds", async () => {
  const { feed } = begun;
  await feed.until(() => feed.comments.some((line) => line.startsWith(":")));
});
