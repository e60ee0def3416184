import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { Connections } from "../../../src/http/client/connections.js";
import { exchange } from "../../../src/http/client/exchange.js";
import { FetchError } from "../../../src/http/client/fetch-error.js";
import { Lookups } from "../../../src/http/client/lookups.js";

const { signal } = new AbortController();
const good = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/** An origin that calls `answer` with the nth request of each connection, and counts all requests. */
async function startRaw(t: TestContext, answer: (socket: Socket, nth: number) => void) {
  const came = { url: new URL("http://127.0.0.1/"), requests: 0 };
  const server = createServer((socket) => {
    let nth = 0;
    socket.on("error", () => {});
    socket.on("data", () => {
      came.requests++;
      answer(socket, ++nth);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  came.url.port = `${(server.address() as AddressInfo).port}`;
  return came;
}

function connected(t: TestContext, ...args: ConstructorParameters<typeof Connections>): Connections {
  const connections = new Connections(...args);
  t.after(() => connections.close());
  return connections;
}

const within = (timeoutMs: number) => ({ at: performance.now() + timeoutMs, timeoutMs });

test("exchange reuses a connection after HEAD, but takes no illegal body for a reply", async (t) => {
  for (const [reply, sockets] of [
    ["HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n", 1],
    [good, 3],
  ] as const) {
    let opened = 0;
    const origin = await startRaw(t, (socket, nth) => {
      if (nth === 1) opened++;
      socket.write(reply);
    });
    const options = { connections: connected(t, 1), maxBody: 100, signal };
    for (let i = 0; i < 3; i++) {
      const { status, bytes } = await exchange({ url: origin.url, method: "HEAD" }, options, within(20_000));
      assert.deepEqual([status, bytes], [200, 0]);
    }
    assert.equal(opened, sockets);
  }
});

test("exchange resends and counts a request without reply on a used connection", async (t) => {
  const origin = await startRaw(t, (socket, nth) => (nth === 1 ? socket.write(good) : socket.destroy()));
  const options = { connections: connected(t, 1), maxBody: 100, signal };
  for (let i = 0; i < 2; i++) {
    const { body } = await exchange({ url: origin.url }, options, within(20_000));
    assert.equal(body.toString(), "ok");
    assert.deepEqual([origin.requests, options.connections.resent], i === 0 ? [1, 0] : [3, 1]);
  }
});

test("exchange does not resend a request once any byte of a reply has come", async (t) => {
  const origin = await startRaw(t, (socket, nth) => {
    if (nth === 1) socket.write(good);
    else socket.write("HTTP/1.1 200 OK\r\ncontent-le", () => socket.resetAndDestroy());
  });
  const options = { connections: connected(t, 1), maxBody: 100, signal };
  await exchange({ url: origin.url }, options, within(20_000));
  await assert.rejects(
    exchange({ url: origin.url }, options, within(20_000)),
    (error) => error instanceof FetchError && error.class === "reset",
  );
  assert.deepEqual([origin.requests, options.connections.resent], [2, 0]);
});

/** A look-up that fails for lack of a file descriptor this many times. */
function outOfFiles(times: number) {
  const asked = { times: 0 };
  const lookups = new Lookups(async () => {
    if (++asked.times > times) return [{ address: "127.0.0.1", family: 4 }];
    throw Object.assign(new Error("no descriptor left"), { code: "EMFILE" });
  });
  return { asked, lookups };
}

test("exchange waits for a file descriptor until shortly before its deadline", async (t) => {
  const origin = await startRaw(t, (socket) => socket.write(good));
  const url = new URL(`http://localhost:${origin.url.port}/`); // a name, because addresses are not looked up
  const patient = outOfFiles(2);
  const options = { maxBody: 100, signal };
  const connections = connected(t, 1, patient);
  assert.equal((await exchange({ url }, { ...options, connections }, within(20_000))).status, 200);
  assert.deepEqual([patient.asked.times, origin.requests], [3, 1]);

  const hurried = outOfFiles(1);
  const others = connected(t, 1, hurried);
  await assert.rejects(
    exchange({ url }, { ...options, connections: others }, within(30)), // less than a pause
    (error) => error instanceof FetchError && error.class === "error",
  );
  assert.deepEqual([hurried.asked.times, origin.requests], [1, 1]);
});
