import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { execa } from "execa";
import { testAtOnce } from "../../support/at-once.js";
import { fetching, inOrder, parseLines } from "../../support/fetching.js";
import { temporaryFolder } from "../../support/files.js";
import { bin, lab } from "../../support/lab.js";
import { startFineOrigin, startOrigin } from "../../support/origin.js";
import { startLab } from "../../support/running-lab.js";
import { until } from "../../support/until.js";

const test = testAtOnce(3);

test("lab fetch --json prints a line per URL, then the summary, as documented", async (t) => {
  const { url } = await startFineOrigin(t);
  const { exitCode, results, summary } = await fetching([`${url}/a`, `${url}/missing`]);
  assert.equal(exitCode, 1, "one of them failed");
  const [good, bad] = inOrder(results);
  assert.deepEqual(Object.keys(good ?? {}), ["index", "url", "status", "ok", "ms", "bytes", "attempts"]);
  assert.deepEqual(
    { ...good, ms: 0 },
    { index: 0, url: `${url}/a`, status: 200, ok: true, ms: 0, bytes: 10, attempts: 1 },
  );
  assert.deepEqual(
    [bad?.status, bad?.ok, bad?.error],
    [404, false, { class: "status", message: "HTTP 404 Not Found" }],
  );
  assert.deepEqual([summary.total, summary.ok, summary.failed, summary.bytes], [2, 1, 1, 20]);
  assert.deepEqual([summary.statuses, summary.errors], [{ 200: 1, 404: 1 }, { status: 1 }]);
  assert.equal(summary.latency.count, 2);
  assert.ok(summary.latency.min !== null && summary.latency.max !== null && summary.latency.min <= summary.latency.max);
});

test("lab fetch prints a summary with a histogram and the first failures", async (t) => {
  const { url } = await startFineOrigin(t);
  const { exitCode, stdout, stderr } = await lab(["fetch", `${url}/a`, `${url}/missing\u202e`, "--repeat", "12"]);
  assert.equal(exitCode, 1);
  assert.match(stdout, /^✘ \d+ http:\S+\/missing\\u\{202e\}: status: HTTP 404 Not Found\n/);
  assert.match(stdout, /and 2 more; --output or --json has them all/);
  assert.match(stdout, /24 URLs in \d+\.\d\d s: 12 ok, 12 failed/);
  assert.match(stdout, /status +200 × 12, 404 × 12/);
  assert.match(
    stdout,
    /latency +min [\d.]+ {2}p50 [\d.]+ {2}p90 [\d.]+ {2}p95 [\d.]+ {2}p99 [\d.]+ {2}p99.9 [\d.]+ {2}max [\d.]+ ms/,
  );
  assert.match(stdout, /≤ \d+ ms +█/);
  assert.equal(stderr, "", "no terminal, no progress");
});

test("lab fetch names the --output with all failures, and cuts very long URLs", async (t) => {
  const { url } = await startFineOrigin(t);
  const out = temporaryFolder(t)("all");
  const long = `${url}/missing${"x".repeat(1000)}`;
  const { stdout } = await lab(["fetch", long, "--repeat", "12", "-o", out]);
  assert.ok(stdout.includes(` ${long.slice(0, 199)}…: status: HTTP 404 Not Found\n`), stdout);
  assert.ok(stdout.includes(`\n  and 2 more; ${out} has them all\n\n`), stdout);
});

/** The output on a simulated terminal of so many `columns`. */
async function printedOn(columns: string, args: string[]): Promise<string[]> {
  const terminal = `data:text/javascript,Object.assign(process.stdout,{isTTY:true,columns:${columns}})`;
  const command = ["--import", terminal, bin, "--no-color", "fetch", ...args];
  return (await execa(process.execPath, command, { reject: false })).stdout.split("\n");
}

test("lab fetch fits its histogram into the terminal, or leaves the bars out", async (t) => {
  const { url } = await startFineOrigin(t);
  const histogram = async (columns: string) =>
    (await printedOn(columns, [url, "--repeat", "300"])).filter((line) => line.includes("≤"));
  const widthOf = (lines: string[]) =>
    Math.max(...lines.map((line) => [...line].filter((char) => char === "█").length));
  assert.equal(widthOf(await histogram("80")), 40);
  assert.equal(widthOf(await histogram("0")), 40);
  assert.equal(widthOf(await histogram("undefined")), 40);
  const narrow = await histogram("40");
  assert.ok(widthOf(narrow) >= 15, narrow.join("\n"));
  for (const columns of [20, 40, 50]) {
    for (const line of await histogram(`${columns}`)) assert.ok(line.length < columns, line);
  }
  assert.equal(widthOf(await histogram("20")), 0);
});

test("lab fetch fits its summary into a terminal of 40 columns", async (t) => {
  const { url } = await startFineOrigin(t);
  const urls = [`${url}/a`, `${url}/b`, `${url}/missing`];
  const failing = ["--repeat", "20", "--fail-if", "p99.9>=1ms", "--fail-if", "errors>1%"];
  const rated = [url, "--rate", "40/s", "--repeat", "1000000", "--max-time", "500ms"];
  for (const args of [[...urls, ...failing], [url, "--repeat", "50"], rated]) {
    const lines = await printedOn("40", args);
    for (const line of lines.filter((each) => !each.includes("http://"))) assert.ok(line.length < 40, line);
    assert.match(lines.join("\n"), /\n {2}latency {2}min [\d.]+ {2}p50 .*\n {11}p9/);
  }
});

test("lab fetch --sweep fits its curve into the terminal", async (t) => {
  const { url } = await startFineOrigin(t);
  for (const columns of [40, 50, 60, 80]) {
    const lines = await printedOn(`${columns}`, [url, "--sweep", "1,2", "--sweep-time", "50ms"]);
    const curve = lines.slice(0, lines.indexOf(""));
    assert.ok(curve.length >= 3);
    for (const line of lines) assert.ok(line.length < columns, line);
    assert.match(curve.join("\n"), columns >= 60 ? / ← knee/ : columns === 40 ? /\nKnee: \d at a time/ : /knee/i);
  }
});

test("lab fetch reads typed URLs, then the list, and writes to --output", async (t) => {
  const { url } = await startFineOrigin(t);
  const folder = temporaryFolder(t);
  writeFileSync(folder("list"), `\ufeff${url}/one\r\n${url}/two`);
  const { stdout, exitCode } = await lab(["fetch", `${url}/zero`, "-f", folder("list"), "-o", folder("out"), "--json"]);
  assert.equal(exitCode, 0);
  assert.equal(JSON.parse(stdout).type, "summary");
  const written = parseLines(readFileSync(folder("out"), "utf8")) as { index: number; url: string }[];
  const urls = written.sort((a, b) => a.index - b.index).map((line) => line.url);
  assert.deepEqual(urls, [`${url}/zero`, `${url}/one`, `${url}/two`]);
});

test("lab fetch --save names each good body by its index", async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    const disposition = "attachment; filename=../../evil";
    const status = request.url === "/gone" ? 404 : 200; // a failure, so its body is not kept
    response.writeHead(status, { "content-type": "text/html; charset=utf-8", "content-disposition": disposition });
    response.end(`<p>${request.url}`);
  });
  const folder = temporaryFolder(t)("bodies/of/this/run");
  const { results } = await fetching([
    `${origin.url}/../../a`,
    `${origin.url}/b`,
    `${origin.url}/gone`,
    "--save",
    folder,
  ]);
  assert.deepEqual(readdirSync(folder).sort(), ["0.html", "1.html"]);
  assert.equal(readFileSync(inOrder(results)[1]?.file ?? "", "utf8"), "<p>/b");
});

test("lab fetch sends the given method, headers and data", async (t) => {
  const bodies: Promise<string>[] = [];
  const origin = await startOrigin(t, (request, response) => {
    bodies.push(text(request));
    response.end();
  });
  await fetching([
    origin.url.replace("//", "//me:p%20w@"),
    "-d",
    "a=1",
    "-H",
    "X-A: 1",
    "-H",
    "x-a: 2",
    "-H",
    "Accept: a/b",
  ]);
  await fetching([origin.url, "-X", "PUT", "--data", "{}", "-H", "content-type: application/json"]);
  await fetching([origin.url, "-X", "HEAD"]);
  assert.deepEqual(
    origin.requests.map(({ method }) => method),
    ["POST", "PUT", "HEAD"],
  );
  const [post, put] = origin.requests.map(({ headers }) => headers);
  assert.deepEqual([post?.["x-a"], post?.accept], ["1, 2", "a/b"]);
  assert.equal(post?.authorization, `Basic ${Buffer.from("me:p w").toString("base64")}`);
  assert.deepEqual(
    [post?.["content-type"], put?.["content-type"]],
    ["application/x-www-form-urlencoded", "application/json"],
  );
  assert.deepEqual(await Promise.all(bodies), ["a=1", "{}", ""]);
});

test("lab fetch joins cookies by semicolons, leaves out an empty header and sends one with a semicolon", async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.end());
  const typed = ["cookie: a=1", "Cookie: b=2", "accept:", "user-agent;", "x: 1", "x:", "authorization:"];
  const args = [origin.url.replace("//", "//me:secret@"), ...typed.flatMap((each) => ["-H", each])];
  assert.equal((await fetching(args)).exitCode, 0);
  const { cookie, accept, "user-agent": agent, x, authorization } = origin.requests[0]?.headers ?? {};
  assert.deepEqual([cookie, accept, agent, x, authorization], ["a=1; b=2", undefined, "", "1", undefined]);
});

test("lab fetch limits requests by --concurrency, and per host by --per-host", async (t) => {
  const most = { a: 0, b: 0, both: 0 };
  const now = { a: 0, b: 0 };
  const origin = (name: "a" | "b") =>
    startOrigin(t, (_request, response) => {
      now[name]++;
      most[name] = Math.max(most[name], now[name]);
      most.both = Math.max(most.both, now.a + now.b);
      setTimeout(() => {
        now[name]--;
        response.end();
      }, 5);
    });
  const [a, b] = [await origin("a"), await origin("b")];
  const input = [...Array(60).fill(a.url), ...Array(60).fill(b.url)].join("\n"); // one host after the other
  const { results } = await fetching(["-f", "-", "-c", "8", "--per-host", "3"], { input });
  assert.equal(results.length, 120);
  assert.deepEqual([most.a, most.b, most.both], [3, 3, 6], "a busy host does not hold up the other");
  most.both = 0;
  await fetching(["-f", "-", "-c", "4", "--per-host", "3"], { input });
  assert.equal(most.both, 4, "both hosts together stay within --concurrency");
});

test("lab fetch cuts requests off on Ctrl-C, prints a summary and exits with 130", async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    if (request.url?.startsWith("/hang")) held.push(response);
    else response.end();
    if (held.length === 4) child.kill("SIGINT");
  });
  const held: ServerResponse[] = [];
  const urls = [...Array.from({ length: 30 }, (_, i) => `${origin.url}/${i}`), ...Array(30).fill(`${origin.url}/hang`)];
  const child = spawn(process.execPath, [bin, "fetch", "--json", "-c", "4", ...urls], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  assert.equal(code, 130);
  const lines = parseLines(stdout);
  const summary = lines.at(-1);
  assert.deepEqual(
    [summary?.type, summary?.interrupted, summary?.total, summary?.unfinished],
    ["summary", true, 30, 4],
  );
  assert.equal(lines.length, 31);
});

test("lab fetch ends on Ctrl-C while it waits for stdin", async (t) => {
  const origin = await startFineOrigin(t);
  const patient = spawn(process.execPath, [bin, "fetch", "-f", "-"], { stdio: ["pipe", "pipe", "inherit"] });
  origin.requests.length = 0;
  patient.stdin.write(`${origin.url}/first\n`);
  const firstAnswered = (async () => {
    while (origin.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    patient.kill("SIGINT");
  })();
  const [out, [code]] = await Promise.all([text(patient.stdout), once(patient, "exit"), firstAnswered]);
  assert.equal(code, 130);
  assert.match(out, /URLs? in .* failed, interrupted\n/);
});

test("lab fetch exits with 0 when its reader goes away", async (t) => {
  const origin = await startFineOrigin(t);
  const child = spawn(process.execPath, [bin, "fetch", "--json", origin.url, "--repeat", "100000"]);
  child.stdout.once("data", () => child.stdout.destroy());
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  assert.deepEqual([code, stderr], [0, ""]);
});

test("lab fetch exits with 1 and one line, no summary, on a full disk", async (t) => {
  if (!existsSync("/dev/full")) return t.diagnostic("no /dev/full");
  const origin = await startFineOrigin(t);
  for (const repeat of ["1", "100000"]) {
    const args = ["fetch", origin.url, "--repeat", repeat];
    const full = await lab([...args, "-o", "/dev/full"]);
    assert.match(full.stderr, /^lab: cannot write to \/dev\/full: .*ENOSPC[^\n]*\n$/);
    assert.deepEqual([full.exitCode, full.stdout], [1, ""]);
    const { stdout } = await lab([...args, "-o", "/dev/full", "--json"]);
    assert.deepEqual(parseLines(stdout).map(Object.keys), [["error"]]);
    const onto = await execa("sh", ["-c", 'exec "$0" "$@" > /dev/full', process.execPath, bin, ...args, "--json"], {
      reject: false,
    });
    assert.match(onto.stderr, /^lab: cannot write to stdout: ENOSPC[^\n]*$/);
    assert.equal(onto.exitCode, 1);
  }
});

test("lab fetch ends on Ctrl-C in a line of the list that never ends", { timeout: 40_000 }, async (t) => {
  const running = startLab(t, ["fetch", "--json", "--file", "/dev/zero"]);
  await until("lab to read the line", () => bytesRead(running.child.pid) > 50_000_000);
  assert.equal(await running.stop("SIGINT"), 130);
});

test("lab fetch prints how many requests were resent on a new connection", async (t) => {
  const answered = new WeakSet<object>();
  const closing = await startOrigin(t, ({ socket }, response) => {
    if (answered.has(socket)) return void socket.resetAndDestroy();
    answered.add(socket);
    response.end();
  });
  const args = ["--repeat", "3", "-c", "1"];
  assert.match((await lab(["fetch", closing.url, ...args])).stdout, /\n {2}resent +2, after the server had closed/);
  const { url } = await startFineOrigin(t);
  assert.doesNotMatch((await lab(["fetch", url, ...args])).stdout, /resent/);
});

function bytesRead(pid: number | undefined): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]);
}
