import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { get as httpGet, type IncomingMessage } from "node:http";
import { createServer } from "node:net";
import type { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { execa } from "execa";
import { sleep } from "../../../src/concurrency/index.js";
import type { HistoryReply } from "../../../src/labs/apm/page/protocol.js";
import { type ApmServer, FeedReader, startApmServer } from "../../support/apm-server.js";
import { ask } from "../../support/ask.js";
import { testAtOnce } from "../../support/at-once.js";
import { temporaryFolder } from "../../support/files.js";
import { bin, lab, root } from "../../support/lab.js";
import { publishAllTheWhile, publishTo, RawPublisher } from "../../support/publisher.js";
import { openRaw, rawGet, sendRaw } from "../../support/raw-http.js";
import { startLab } from "../../support/running-lab.js";
import { assertWithin, timed as timing } from "../../support/tries.js";

const test = testAtOnce(3);
const timed = timing(test);

const free = { "--port": "0", "--collect": "tcp://127.0.0.1:0" };
const anyPorts = anyPortsBut({});

/** Options for free ports, replaced or extended by the typed ones. */
function anyPortsBut(typed: Readonly<Record<string, string>>): string[] {
  return Object.entries({ ...free, ...typed }).flat();
}

test("lab apm server prints its page and where it collects", async (t) => {
  const server = startLab(t, ["apm", "server", ...anyPorts]);
  const said = await server.line(/^Collecting at /);
  assert.match(said, /^Collecting at (tcp:\/\/127\.0\.0\.1:\d+); start an app: lab apm app --color red --connect \1$/);
  const url = server.stdout[0] ?? "";
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.match((await ask(url)).body, /<title>lab apm<\/title>/);
  assert.equal(await server.stop(), 0);
  assert.match(server.stdout[1] ?? "", /^0 samples from 0 apps in .*, 0 lost, 0 rejected$/);
});

test("apm server reports one app with one sample in the singular", async (t) => {
  const server = startLab(t, ["apm", "server", ...anyPorts]);
  const [, collect = ""] = /(tcp:\S+);/.exec(await server.line(/^Collecting at /)) ?? [];
  const publisher = new RawPublisher();
  t.after(() => publisher.close());
  await publisher.join(collect);
  await publisher.sample();
  while (!(await ask(`${server.stdout[0]}/metrics`)).body.includes("lab_samples_total 1")) await sleep(100);
  assert.equal(await server.stop(), 0);
  assert.match(server.stdout[1] ?? "", /^1 sample from 1 app in .*, 0 lost, 0 rejected$/);
});

test("/feed sends time and snapshot, then one sample per unnamed event", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await using feed = await FeedReader.open(server.url);
  await feed.until(() => feed.events.length >= 2);
  assert.deepEqual(
    feed.events.slice(0, 2).map(({ name }) => name),
    ["hello", "snapshot"],
  );
  assert.ok(Math.abs(JSON.parse(feed.events[0]?.data ?? "").now - Date.now() / 1000) < 5);
  assert.equal(JSON.parse(feed.events[1]?.data ?? "").samples[0].color, "gray");
  assert.match(feed.comments[0] ?? "", /^retry: [1-5]\d{3}$/);

  const timestamp = "2026-11-22T23:56:14.123456+00:00";
  await publisher.sample({ color: "teal", timestamp, cpu: 41.5, mem: 99.25, secret: 1 } as object);
  const teal = () => feed.samples.find(({ color }) => color === "teal");
  await feed.until(() => teal() !== undefined);
  const { at, ...sample } = teal() ?? assert.fail();
  assert.deepEqual(sample, { color: "teal", timestamp, cpu: 41.5, mem: 99.25, series: "color:teal" });
  assert.ok(Math.abs(at - Date.now() / 1000) < 5, "the server's time, not the app's");
  assert.equal(feed.samples.length, 1, "no earlier sample, because the snapshot has it");
});

test("/api/series gives history in steps and refuses a bad query", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  for (const cpu of [3, 9, 6]) await publisher.sample({ color: "teal", cpu, mem: 5, lag: 1 });
  await server.reaches("lab_samples_total", 4);
  const { now, step, series } = await server.history("?since=0&step=3600");
  const { points, color } = series.find((one) => one.color === "teal") ?? assert.fail();
  assert.deepEqual([step, color], [3600, "teal"]);
  assert.deepEqual(points.cpu, { last: [6], min: [3], max: [9] });
  assert.deepEqual((await server.history(`?since=${now + 5}`)).series[0]?.points.at, []);
  for (const query of ["since=-1", "since=x", "since=1e3", "step=0", "step=1.5", "step=3601", "since=", "since=1e99"]) {
    assert.equal((await ask(`${server.url}/api/series?${query}`)).status, 400, query);
  }
});

test("/api/series compresses for those who accept gzip, and sends only the columns asked for", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  for (let i = 0; i < 50; i++) await publisher.sample({ color: "teal", id: `app-${i}`, cpu: 3, mem: 5, lag: 1 });
  await server.reaches("lab_samples_total", 51);
  const get = async (encoding: string) => {
    const asked = httpGet(`${server.url}/api/series`, { headers: { "accept-encoding": encoding }, agent: false });
    const [reply] = (await once(asked, "response")) as [IncomingMessage];
    return { encoding: reply.headers["content-encoding"], body: await buffer(reply) };
  };
  const [packed, plain, refused] = await Promise.all([get("br, gzip"), get("identity"), get("gzip;q=0")]);
  assert.deepEqual(
    [packed, plain, refused].map(({ encoding }) => encoding),
    ["gzip", undefined, undefined],
  );
  const seriesOf = (body: Buffer) => (JSON.parse(String(body)) as HistoryReply).series;
  assert.equal(seriesOf(plain.body).length, 51);
  assert.deepEqual(seriesOf(gunzipSync(packed.body)), seriesOf(plain.body));
  assert.ok(packed.body.length < plain.body.length / 3, `${packed.body.length} of ${plain.body.length} bytes`);
  const [series] = (await server.history("?columns=cpu,lag")).series;
  assert.deepEqual(Object.keys(series?.points ?? {}).sort(), ["at", "cpu", "lag"]);
  for (const query of ["columns=", "columns=disk", "columns=cpu,"])
    assert.equal((await ask(`${server.url}/api/series?${query}`)).status, 400, query);
});

test("lab apm server answers its routes only, with no path out of them", async (t) => {
  const { port } = await startApmServer(t);
  const host = `Host: 127.0.0.1:${port}`;
  for (const path of ["/", "/main.js", "/style.css", "/icon.svg", "/uplot.js", "/uplot.css", "/healthz", "/metrics"]) {
    assert.equal((await sendRaw(port, rawGet(path, [host]))).status, 200, path);
  }
  for (const path of [
    "/../package.json",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/main.js/..",
    "/%00",
    "/main.ts",
    "/Main.js",
    "/.",
  ]) {
    const { status, headers } = await sendRaw(port, rawGet(path, [host]));
    assert.equal(status, 404, path);
    assert.ok(headers["content-security-policy"]);
  }
  for (const path of ["/feed", "/api/series", "/"]) {
    const { status, body } = await sendRaw(port, rawGet(path, [host]).replace("GET", "HEAD"));
    assert.deepEqual([status, body], [200, ""], path);
  }
});

for (const [flag, value, says] of [
  ["--collect", "tcp://0.0.0.0:0", /--collect tcp:\/\/0\.0\.0\.0:0 lets other machines in: add --curve/],
  ["--host", "0.0.0.0", /--host 0\.0\.0\.0 lets other machines in: add a token in LAB_TOKEN, or --insecure/],
  ["--host", "[::]", /--host :: lets other machines in/],
] as const) {
  test(`lab apm server ${flag} ${value} needs keys, a token or --insecure`, async (t) => {
    const typed = ["apm", "server", ...anyPortsBut({ [flag]: value })];
    const { exitCode, stdout, stderr } = await lab(typed);
    assert.deepEqual([exitCode, stdout], [2, ""]);
    assert.match(stderr, says);
    const server = startLab(t, [...typed, "--json", "--insecure"]);
    await server.line(/"type":"ready"/);
    assert.equal(await server.stop(), 0);
  });
}

timed("lab apm server exits with 1 and frees its ports if one is taken", async (t) => {
  const { url, port, collect, lab: first } = await startApmServer(t);
  for (const [args, says] of [
    [
      ["--port", String(port), "--collect", "tcp://127.0.0.1:0"],
      `cannot listen on 127.0.0.1:${port}: the port is in use`,
    ],
    [["--port", "0", "--collect", collect], `cannot bind ${collect}: the port is in use`],
  ] as const) {
    const start = performance.now();
    const { exitCode, stdout, stderr } = await lab(["apm", "server", ...args]);
    assert.deepEqual([exitCode, stdout], [1, ""]);
    assert.match(stderr, new RegExp(`^lab: ${says}: choose another[^\\n]*\\n$`));
    assertWithin(performance.now() - start, 5000);
  }
  assert.equal((await ask(`${url}/healthz`)).status, 200);
  await first.stop();
});

test("lab apm server frees the collecting port if the page's port is taken", async (t) => {
  const taken = createServer().listen(0, "127.0.0.1");
  t.after(() => taken.close());
  await new Promise((resolve) => taken.once("listening", resolve));
  const { port } = taken.address() as { port: number };
  const { collect, lab: first } = await startApmServer(t);
  await first.stop();
  const { exitCode } = await lab(["apm", "server", "--port", String(port), "--collect", collect]);
  assert.equal(exitCode, 1);
  const again = await startApmServer(t, [], { collect });
  assert.equal(await again.lab.stop(), 0);
});

test("lab apm server exits with 1 for a system port", { skip: notNobody() }, async () => {
  const script = `process.setgid("nogroup"); process.setuid("nobody"); process.argv.splice(1, 0, "${root}bin/lab.js");
    require("${root}bin/lab.js");`;
  const { exitCode, stderr } = await execa(
    process.execPath,
    ["-e", script, "--", "apm", "server", "--port", "80", "--collect", "tcp://127.0.0.1:0"],
    { reject: false, cwd: "/" },
  );
  assert.equal(exitCode, 1, stderr);
  assert.match(stderr, /^lab: cannot listen on 127\.0\.0\.1:80: not allowed: ports below 1024/);
});

/** The reason to skip: only root can become nobody. */
function notNobody(): string | false {
  return process.getuid?.() === 0 ? false : "needs root, to become nobody";
}

test("lab apm server with a token wants a Bearer header or the cookie", async (t) => {
  const { url, port } = await startTokenServer(t);
  const host = `Host: 127.0.0.1:${port}`;
  const get = (path: string, ...headers: string[]) => sendRaw(port, rawGet(path, [host, ...headers]));
  for (const path of ["/", "/main.js", "/feed", "/metrics", "/api/series", "/nowhere"]) {
    assert.equal((await get(path)).status, 401, path);
    assert.equal((await get(path, "Authorization: Bearer wrong-token")).status, 401, path);
    assert.equal((await get(path, "Cookie: lab_apm=wrong")).status, 401, path);
  }
  assert.equal((await get("/?token=wrong-token")).status, 401);
  assert.equal((await get("/healthz")).status, 200);
  assert.equal((await get("/metrics", "Authorization: Bearer correct-horse")).status, 200);

  const welcome = await get("/?token=correct-horse");
  assert.deepEqual([welcome.status, welcome.headers.location], [303, "./"]);
  const cookie = welcome.headers["set-cookie"] ?? "";
  assert.match(cookie, /^lab_apm_[0-9a-f]{8}=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\//);
  assert.ok(!cookie.includes("correct-horse"));
  const [pair = ""] = cookie.split(";");
  for (const path of ["/", "/main.js", "/metrics"]) {
    assert.equal((await get(path, `Cookie: other=1; ${pair}`)).status, 200, path);
  }
  await using feed = await FeedReader.open(url, { cookie: pair });
  assert.equal(feed.status, 200);
});

test("lab apm server never prints the token", async (t) => {
  const { lab: server } = await startTokenServer(t);
  await server.stop();
  assert.ok(![...server.stdout, ...server.stderr].join("\n").includes("correct-horse"));
  const { exitCode, stdout, stderr } = await lab(["apm", "server", "--token", "top secret"]);
  assert.equal(exitCode, 2);
  assert.ok(!`${stdout}${stderr}`.includes("top secret"));
});

function startTokenServer(t: Parameters<typeof startApmServer>[0]): Promise<ApmServer> {
  return startApmServer(t, [], { env: { LAB_TOKEN: "correct-horse" } });
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  timed(`lab apm server ends feeds and exits with 0 within two seconds of ${signal}`, async (t) => {
    const server = await startApmServer(t);
    await using _ = await publishAllTheWhile(t, server);
    await using feed = await FeedReader.open(server.url);
    const stuck = await openRaw(server.port);
    stuck.write("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n"); // never reads
    stuck.pause();
    const silent = await openRaw(server.port);
    await feed.until(() => feed.samples.length > 50);
    const start = performance.now();
    const code = await server.lab.stop(signal);
    const took = performance.now() - start;
    await feed.end();
    stuck.destroy();
    silent.destroy();
    assert.equal(code, 0);
    assertWithin(took, 2500);
    assert.equal(feed.events.at(-1)?.name, "bye");
    assert.equal(server.lab.objects.at(-1)?.type, "summary");
  });
}

timed("lab apm server ends at once on a second signal", async (t) => {
  const server = await startApmServer(t);
  const slow = await openRaw(server.port);
  slow.write("GET / HTTP/1.1\r\n"); // a request that has begun delays the end by a second
  await ask(server.url); // by now the server has read it
  server.lab.child.kill("SIGINT");
  await sleep(100);
  const start = performance.now();
  assert.equal(await server.lab.stop("SIGINT"), 130);
  assertWithin(performance.now() - start, 700);
  slow.destroy();
});

test("lab apm server refuses impossible ports, and prints the port it got for 0", async (t) => {
  for (const [flag, value] of [
    ["--port", "99999"],
    ["--collect", "tcp://127.0.0.1:99999"],
  ] as const) {
    const { exitCode, stderr } = await lab(["apm", "server", ...anyPortsBut({ [flag]: value })]);
    assert.equal(exitCode, 2);
    assert.match(stderr, new RegExp(`^lab: ${flag} must [^\\n]+\\n$`));
  }
  const { port, collect } = await startApmServer(t);
  assert.ok(port > 0 && Number(collect.split(":").at(-1)) > 0);
});

test("lab apm server exits with 1 and one line for a full disk", { skip: !existsSync("/dev/full") }, async () => {
  const full = openSync("/dev/full", "w");
  const server = spawn(process.execPath, [bin, "apm", "server", ...anyPorts], { stdio: ["ignore", full, "pipe"] });
  closeSync(full);
  const [stderr, [exitCode]] = await Promise.all([text(server.stderr as Readable), once(server, "exit")]);
  assert.equal(exitCode, 1);
  assert.match(stderr, /^lab: cannot write to stdout: ENOSPC[^\n]*$/m);
});

test("lab apm server exits with 0 when the reader of stdout is gone", async (t) => {
  const server = await startApmServer(t);
  server.lab.child.stdout?.destroy();
  assert.equal(await server.lab.ended, 0);
  assert.deepEqual(
    server.lab.stderr.filter((line) => line.startsWith("lab:")),
    [],
  );
});

timed("lab apm server exits with 70 and one line for a bug", async (t) => {
  for (const bug of ["throw new Error('a bug')", "void Promise.reject(new Error('a bug'))"]) {
    const trap = `data:text/javascript,${encodeURIComponent(`process.on("SIGUSR2", () => { ${bug} })`)}`;
    const server = await startApmServer(t, [], { nodeArgs: ["--import", trap] });
    const start = performance.now();
    assert.equal(await server.lab.stop("SIGUSR2"), 70);
    assertWithin(performance.now() - start, 1500);
    assert.match(server.lab.stderr.at(-1) ?? "", /^lab: a bug of ours, sorry: Error: a bug; please report it/);
  }
});

test("lab apm server keeps points and series when the clock jumps", async (t) => {
  const step = `const now = Date.now; process.on("SIGUSR2", () => { Date.now = () => now() + 3600_000 })`;
  const server = await startApmServer(t, [], {
    nodeArgs: ["--import", `data:text/javascript,${encodeURIComponent(step)}`],
  });
  const publisher = await publishTo(t, server);
  await publisher.sample({ color: "teal", cpu: 1 });
  await server.reaches("lab_samples_total", 2);
  const before = await server.history();
  server.lab.child.kill("SIGUSR2");
  while ((await server.metric("lab_skewed_total")) === 0 || (await server.history()).jumps.length === 0) {
    await publisher.sample({ color: "teal", cpu: 2 });
    await sleep(100);
  }
  const after = await server.history();
  assert.ok(after.now - before.now < 30);
  const { points } = after.series.find(({ color }) => color === "teal") ?? assert.fail();
  assert.ok((points.at.at(-1) ?? 0) - (points.at[0] ?? 0) < 30, points.at.join());
  assert.deepEqual(
    after.jumps.map(({ by }) => Math.round(by / 60)),
    [60],
    "an hour, for labels",
  );
});

test("lab apm server --curve admits only apps with listed keys", async (t) => {
  const keys = temporaryFolder(t)("lab.keys");
  assert.equal((await lab(["apm", "keygen", "--out", keys])).exitCode, 0);
  const server = await startApmServer(t, ["--curve", keys]);
  startLab(t, ["apm", "app", "--connect", server.collect]); // dials again, unlike ZeroMQ itself
  await server.lab.line(/^Refused an app: /);
  const app = startLab(t, [
    "apm",
    "app",
    "--connect",
    server.collect,
    "--curve",
    `${keys}.client`,
    "--interval",
    "100ms",
  ]);
  await server.reaches("lab_samples_total", 3);
  assert.equal(await app.stop(), 0);
});
