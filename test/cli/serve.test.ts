import "../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { ask } from "../support/ask.js";
import { testAtOnce } from "../support/at-once.js";
import { fetching, inOrder } from "../support/fetching.js";
import { lab } from "../support/lab.js";
import { rawGet, sendRaw } from "../support/raw-http.js";
import { startLab } from "../support/running-lab.js";
import { startServe } from "../support/serve.js";

const test = testAtOnce(3);

test("lab serve answers over HTTP until Ctrl-C, then exits with 0", async (t) => {
  const server = await startServe(t, []);
  assert.match((await ask(`${server.url}/`)).body, /\/delay\/:ms/);
  assert.match((await ask(`${server.url}/qod?category=love`)).body, /"quote"/);
  assert.match((await ask(`${server.url}/news/daily`)).body, /class="headline"/);
  assert.equal((await ask(`${server.url}/bytes/12345`)).body.length, 12_345);
  assert.equal((await ask(`${server.url}/delay/1`)).body, "after 1 ms\n");
  for (const status of [200, 204, 302, 404, 503])
    assert.equal((await ask(`${server.url}/status/${status}`)).status, status);
  for (const path of ["/nowhere", "//", "/%zz", "/delay/x", "/status/99", "/__proto__"]) {
    assert.equal((await ask(`${server.url}${path}`)).status, 404, path);
  }
  assert.equal((await ask(`${server.url}/bytes/99999999`)).status, 400);
  assert.equal((await ask(`${server.url}/delay/99999`)).status, 400);
  assert.equal((await ask(`${server.url}/`, { method: "DELETE" })).status, 405);
  const { exitCode, stderr } = await server.end("SIGINT");
  assert.deepEqual([exitCode, stderr], [0, ""]);
});

test("lab serve ends in time while a reply is pending", async (t) => {
  const server = await startServe(t, []);
  const waiting = assert.rejects(ask(`${server.url}/delay/60000`));
  await ask(`${server.url}/`);
  assert.equal((await server.end("SIGTERM")).exitCode, 0);
  await waiting;
});

test("lab serve --json prints only its address, and exits with 0 on SIGHUP", async (t) => {
  const server = startLab(t, ["serve", "--port", "0", "--json"]);
  await server.line(/listening/);
  const [{ type, url }] = server.objects as [{ type: string; url: string }];
  assert.equal(type, "listening");
  assert.equal((await ask(`${url}/item/1`)).status, 200);
  assert.equal(await server.stop("SIGHUP"), 0);
  assert.deepEqual([server.stdout.length, server.stderr], [1, []]);
});

test("lab serve answers on after invalid requests", async (t) => {
  const server = await startServe(t, []);
  const port = Number(new URL(server.url).port);
  for (const [bytes, status] of [
    [Buffer.from("16030100c8010000c40303", "hex"), 400], // the start of a TLS hello
    [Buffer.from([1, 2, 3, 255, 0, 10, 13, 10]), 400],
    ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
    [rawGet("/item/1", ["Host: a", `X: ${"y".repeat(20_000)}`]), 431],
    [rawGet(`/${"y".repeat(20_000)}`, ["Host: a"]), 431],
    [rawGet("/item/1", []), 400], // no Host
    ["CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501],
    [rawGet("/status/999", ["Host: a"]), 404],
    [rawGet("/delay/0", ["Host: a"]), 200],
    [rawGet("/item/1", ["Host: a", "Upgrade: websocket"]), 200],
    [rawGet("/news/%zz", ["Host: a"]), 404],
    ["HEAD /bytes/10485760 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200],
    ["OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 405],
  ] as const) {
    assert.equal((await sendRaw(port, bytes)).status, status, String(bytes.slice(0, 40)));
  }
  const { exitCode, stderr } = await server.end("SIGINT");
  assert.deepEqual([exitCode, stderr], [0, ""]);
});

test("lab serve --seed fails and delays the same requests each time", async (t) => {
  const run = async (seed: string) => {
    const server = await startServe(t, ["--fail-rate", "30%", "--latency", "1ms-20ms", "--seed", seed]);
    const urls = Array.from({ length: 40 }, (_, i) => `${server.url}/item/${i}`);
    const { results } = await fetching([...urls, "--retries", "0"]);
    await server.end("SIGINT");
    return inOrder(results).map(({ ok }) => ok);
  };
  const [first, again, other] = [await run("1"), await run("1"), await run("2")];
  const failed = first.filter((ok) => !ok).length;
  assert.ok(failed >= 4 && failed <= 22, `${failed} of 40 at 30 %`);
  assert.deepEqual(again, first);
  assert.notDeepEqual(other, first);
});

test("lab serve exits with 1 and one line if it cannot listen", async (t) => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  t.after(() => taken.close());
  const { port } = taken.address() as { port: number };
  for (const [args, says] of [
    [["--port", `${port}`], `127.0.0.1:${port}: the port is in use: choose another, or 0 for any free one, [^\\n]*`],
    [["--port", "1", "--host", "192.0.2.1", "--insecure"], "192.0.2.1:1: this machine has no such address"],
  ] as const) {
    const { exitCode, stdout, stderr } = await lab(["serve", ...args]);
    assert.deepEqual([exitCode, stdout], [1, ""]);
    assert.match(stderr, new RegExp(`^lab: cannot listen on ${says}\\n$`));
  }
});

test("lab serve --host takes every spelling of a loopback address", async (t) => {
  for (const [host, url] of [
    ["LOCALHOST", "http://127.0.0.1:"],
    ["127.0.0.2", "http://127.0.0.2:"],
    ...(hasIpv6()
      ? [
          ["0::1", "http://[::1]:"],
          ["[::1]", "http://[::1]:"],
          ["::ffff:127.0.0.1", "http://[::ffff:127.0.0.1]:"],
        ]
      : []),
  ] as const) {
    const server = await startServe(t, ["--host", host]);
    assert.ok(server.url.startsWith(url), `${host}: ${server.url}`);
    assert.equal((await ask(`${server.url}/item/1`)).status, 200);
    assert.equal((await server.end("SIGINT")).exitCode, 0);
  }
});

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === "::1"));
}

test("lab serve closes connections beyond the open files, less 64", async (t) => {
  const under = ["sh", "-c", 'ulimit -Sn 74 && ulimit -Hn 74 && exec "$0" "$@"'];
  const server = startLab(t, ["serve", "--port", "0"], { under });
  const [url = ""] = /http:\S+(?=\/ until)/.exec(await server.line(/until/)) ?? [];
  const sockets = Array.from({ length: 15 }, () => connect(Number(new URL(url).port), "127.0.0.1").resume());
  t.after(() => sockets.map((socket) => socket.destroy()));
  let closed = 0;
  await new Promise<void>((resolve) => {
    for (const socket of sockets) socket.on("error", () => {}).once("close", () => ++closed === 5 && resolve());
  });
  const [kept] = sockets.filter((socket) => !socket.destroyed);
  kept?.write("GET /item/1 HTTP/1.1\r\nhost: a\r\n\r\n");
  assert.match(String((await once(kept ?? assert.fail(), "data"))[0]), /^HTTP\/1\.1 200 /);
  assert.equal(closed, 5);
});

test("lab serve --seed gives the same number of good answers, since no reset looks like an idle close", async (t) => {
  const counts = new Set<string>();
  for (const concurrency of ["1", "8", "32"]) {
    const server = await startServe(t, ["--fail-rate", "20%", "--seed", "7"]);
    const list = Array.from({ length: 300 }, (_, i) => `${server.url}/item/${i}\n`).join("");
    const { summary } = await fetching(["-f", "-", "--retries", "0", "-c", concurrency], { input: list });
    assert.ok(summary.failed > 30, `${summary.failed}`);
    counts.add(JSON.stringify([summary.ok, summary.errors, summary.resent]));
    await server.end("SIGINT");
  }
  assert.equal(counts.size, 1, [...counts].join("\n"));
  assert.match([...counts][0] ?? "", /,0\]$/, "none is sent again");
});

test("lab serve has routes that hang, drip, limit and send long headers", async (t) => {
  const server = await startServe(t, []);
  const { results } = await fetching([`${server.url}/hang`, `${server.url}/hang/it`, "--timeout", "200ms"]);
  assert.deepEqual(
    results.map(({ error }) => error?.class),
    ["timeout", "timeout"],
  );
  const start = performance.now();
  assert.equal((await ask(`${server.url}/drip/30`)).body, "drip drip\n");
  assert.ok(performance.now() - start >= 290);
  const limited = await Promise.all(Array.from({ length: 20 }, (_, i) => ask(`${server.url}/limited/1/${i}`)));
  const refused = limited.filter(({ status }) => status === 429);
  assert.ok(refused.length >= 10 && refused.length < 20, `${refused.length}`);
  assert.equal(refused[0]?.headers["retry-after"], "1");
  const { summary } = await fetching([`${server.url}/headers/100000`]);
  assert.equal(summary.ok, 1);
  for (const path of ["/drip/10001", "/limited/0", "/limited/10001", "/headers/1048577"])
    assert.equal((await ask(`${server.url}${path}`)).status, 400, path);
  assert.equal((await server.end("SIGINT")).exitCode, 0);
});

test("lab serve --accept-delay holds up the first answer of each connection", async (t) => {
  const server = await startServe(t, ["--accept-delay", "300ms"]);
  const { results } = await fetching([`${server.url}/item/1`, "--repeat", "3", "-c", "1"]);
  const [first = 0, ...more] = inOrder(results).map(({ ms }) => ms);
  assert.ok(first >= 299 && more.every((ms) => ms < 250), `${first} ${more}`);
  await server.end("SIGINT");
});

test("lab serve --log prints each request once it is done", async (t) => {
  const server = startLab(t, ["serve", "--port", "0", "--log", "--json"]);
  await server.line(/listening/);
  const { url } = server.objects[0] as { url: string };
  await fetching([`${url}/item/1?q`, `${url}/status/404`, `${url}/hang`, "--timeout", "300ms"]);
  await server.line(/hang/);
  const logged = server.objects
    .slice(1)
    .map(({ method, target, status, complete }) => [method, target, status, complete]);
  assert.deepEqual(logged.sort(), [
    ["GET", "/hang", null, false],
    ["GET", "/item/1?q", 200, true],
    ["GET", "/status/404", 404, true],
  ]);
  const plain = startLab(t, ["serve", "--port", "0", "--log"]);
  const [, at = ""] = /on (\S+)\/ until/.exec(await plain.line(/until/)) ?? [];
  await ask(`${at}/item/2`);
  assert.match(await plain.line(/item/), /^\d{4}-\d\d-\d\dT[\d:.]+Z GET \/item\/2 200, [\d.]+ ms$/);
});
