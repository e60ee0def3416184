import "../support/hygiene.js";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { execa } from "execa";
import { sleep } from "../../src/concurrency/index.js";
import { testAtOnce } from "../support/at-once.js";
import { closedPort } from "../support/evil-origin.js";
import { fetching, inOrder, parseLines } from "../support/fetching.js";
import { temporaryFolder } from "../support/files.js";
import { bin, lab } from "../support/lab.js";
import { startOrigin } from "../support/origin.js";
import { startLab } from "../support/running-lab.js";
import { unlessBusy } from "../support/tries.js";

const test = testAtOnce(3);

const fine = (t: Parameters<typeof startOrigin>[0]) =>
  startOrigin(t, (request, response) => {
    if (request.url?.startsWith("/missing")) response.writeHead(404);
    response.end("0123456789");
  });

test("fetch --json prints a line for each URL, of the documented shape, and the summary as the last", async (t) => {
  const { url } = await fine(t);
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

test("fetch shows people a summary with a histogram, and the first failures", async (t) => {
  const { url } = await fine(t);
  const { exitCode, stdout, stderr } = await lab(["fetch", `${url}/a`, `${url}/missing\u202e`, "--repeat", "12"]);
  assert.equal(exitCode, 1);
  assert.match(stdout, /^✘ \d+ http:\S+\/missing\\u\{202e\}: status: HTTP 404 Not Found\n/);
  assert.match(stdout, /and 2 more; --output or --json has them all/);
  assert.match(stdout, /24 URLs in \d+\.\d\d s: 12 ok, 12 failed/);
  assert.match(stdout, /status +200 × 12, 404 × 12/);
  assert.match(
    stdout,
    /latency +min [\d.]+ {2}p50 [\d.]+ {2}p90 [\d.]+ {2}p99 [\d.]+ {2}p99.9 [\d.]+ {2}max [\d.]+ ms/,
  );
  assert.match(stdout, /≤ \d+ ms +█/);
  assert.equal(stderr, "", "no terminal, no progress");
});

test("fetch names the --output that has all failures, and cuts their URLs where these are very long", async (t) => {
  const { url } = await fine(t);
  const out = temporaryFolder(t)("all");
  const long = `${url}/missing${"x".repeat(1000)}`;
  const { stdout } = await lab(["fetch", long, "--repeat", "12", "-o", out]);
  assert.ok(stdout.includes(` ${long.slice(0, 199)}…: status: HTTP 404 Not Found\n`), stdout);
  assert.ok(stdout.includes(`\n  and 2 more; ${out} has them all\n\n`), stdout);
});

/** What it prints where stdout is a terminal, or nearly, with `columns`. */
async function printedOn(columns: string, args: string[]): Promise<string[]> {
  const terminal = `data:text/javascript,Object.assign(process.stdout,{isTTY:true,columns:${columns}})`;
  const command = ["--import", terminal, bin, "--no-color", "fetch", ...args];
  return (await execa(process.execPath, command, { reject: false })).stdout.split("\n");
}

test("fetch fits the bars of its histogram into the terminal, and leaves them out where there is no room", async (t) => {
  const { url } = await fine(t);
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

test("fetch --sweep fits its curve into the terminal", async (t) => {
  const { url } = await fine(t);
  for (const columns of [40, 50, 60, 80]) {
    const lines = await printedOn(`${columns}`, [url, "--sweep", "1,2", "--sweep-time", "50ms"]);
    const curve = lines.slice(0, lines.indexOf(""));
    assert.ok(curve.length >= 3);
    for (const line of curve) assert.ok(line.length < columns, line);
    assert.match(curve.join("\n"), columns >= 60 ? / ← knee/ : columns === 40 ? /\nKnee: \d at a time/ : /knee/i);
  }
});

test("fetch reads its list from a file after the URLs typed, and writes --output instead of stdout", async (t) => {
  const { url } = await fine(t);
  const folder = temporaryFolder(t);
  writeFileSync(folder("list"), `\ufeff${url}/one\r\n${url}/two`);
  const { stdout, exitCode } = await lab(["fetch", `${url}/zero`, "-f", folder("list"), "-o", folder("out"), "--json"]);
  assert.equal(exitCode, 0);
  assert.equal(JSON.parse(stdout).type, "summary");
  const written = parseLines(readFileSync(folder("out"), "utf8")) as { index: number; url: string }[];
  const urls = written.sort((a, b) => a.index - b.index).map((line) => line.url);
  assert.deepEqual(urls, [`${url}/zero`, `${url}/one`, `${url}/two`]);
});

test("fetch --save keeps each good body under its index, and no name of the server's", async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    const disposition = "attachment; filename=../../evil";
    const status = request.url === "/gone" ? 404 : 200; // whose body is not kept
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

test("fetch sends the method, the headers and the data it is given", async (t) => {
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

test("fetch has as many requests in flight as --concurrency says, and --per-host of them to one host", async (t) => {
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
  assert.equal(most.both, 4, "nor do both together have more than --concurrency");
});

test("fetch --rate starts on schedule, and what waits for a slow server has waited since it was due", async (t) => {
  const waiting: ServerResponse[] = [];
  const origin = await startOrigin(t, (_request, response) => {
    waiting.push(response);
    if (waiting.length === 1) setTimeout(() => response.end(), 500);
    else response.end();
  });
  const { results, summary } = await fetching([origin.url, "--repeat", "20", "--rate", "100/s", "-c", "1"]);
  const ms = inOrder(results).map((result) => result.ms);
  assert.ok((ms[0] ?? 0) >= 500);
  assert.ok((ms[10] ?? 0) >= 350, `due after 100 ms, it waited for the first one: ${ms[10]} ms`);
  assert.equal(summary.rate, 100);
  const relaxed = await fetching([origin.url, "--repeat", "20", "--rate", "100/s"]);
  assert.ok(relaxed.summary.seconds >= 0.19, `${relaxed.summary.seconds} s for 20 starts, 10 ms apart`);
});

test("fetch --rate --max-time: what was due and never begun has waited until the end; what was not due yet has not", async (t) => {
  const origin = await startOrigin(t, () => {}); // never answers
  const args = ["-c", "1", "--rate", "100/s", "--max-time", "500ms"];
  // The schedule waits for a list that is slow to give its next line, as all is on a machine with much else to do.
  await unlessBusy(t, async () => {
    const { results, summary } = await fetching([origin.url, "--repeat", "1000000", ...args]);
    const [begun, ...waited] = inOrder(results);
    assert.ok(results.length >= 45 && results.length <= 50, `${results.length} were due`);
    assert.deepEqual([begun?.attempts, begun?.error?.class], [1, "timeout"]);
    for (const { index, attempts, ms, error } of waited) {
      assert.deepEqual([attempts, error?.class], [0, "timeout"]);
      assert.ok(ms > 0 && Math.abs(ms - (500 - 10 * index)) < 50, `${index}: ${ms}`);
    }
    assert.deepEqual(
      [summary.latency.count, summary.requests],
      [results.length - 1, 1],
      "how long the first takes is not known",
    );
    assert.equal(summary.endedByTime, true);

    const list = await fetching([...Array(100).fill(origin.url), ...args]);
    const never = list.results.filter(({ ms }) => ms === 0);
    assert.equal(list.results.length, 100);
    assert.ok(never.length >= 50 && never.length <= 55, `${never.length} were not due`);
    assert.equal(list.summary.latency.count, 100 - never.length - 1);
  });
});

test("fetch shows a rate as it was typed, and takes it for a number in its summary for programs", async (t) => {
  const { url } = await fine(t);
  for (const [typed, says] of [
    ["5/m", /up to 64 at a time, 5\/m asked for\n/],
    ["0.5/s", /, 30\/m asked for\n/],
    ["1234.5/s", /, 1234\.5\/s asked for\n/],
  ] as const) {
    assert.match((await lab(["fetch", url, "--rate", typed])).stdout, says);
  }
  assert.equal((await fetching([url, "--rate", "30/m"])).summary.rate, 0.5);
});

test("fetch --warmup makes requests that count nowhere; --repeat goes through the list again", async (t) => {
  const origin = await fine(t);
  const { results, summary } = await fetching([`${origin.url}/a`, `${origin.url}/b`, "--warmup", "5", "--repeat", "3"]);
  assert.equal(origin.requests.length, 5 + 6);
  assert.deepEqual(
    inOrder(results).map(({ index }) => index),
    [0, 1, 2, 3, 4, 5],
  );
  assert.equal(summary.total, 6);
});

test("fetch --fail-if makes it a check: 1 if any expression holds, whatever failed else", async (t) => {
  const { url } = await fine(t);
  const urls = [`${url}/a`, `${url}/b`, `${url}/missing`];
  const codes = async (...expressions: string[]) =>
    (await fetching([...urls, ...expressions.flatMap((each) => ["--fail-if", each])])).exitCode;
  assert.equal(await codes("errors>34%", "p99>1h"), 0);
  assert.equal(await codes("errors>33%"), 1);
  assert.equal(await codes("errors>=1", "p99>1h"), 1);
  assert.equal(await codes("rps<1000000"), 1);
  assert.equal(await codes("max<1h"), 1);
  const refused = [`http://127.0.0.1:${await closedPort()}/`, "--repeat", "1000", "--retries", "0"];
  assert.equal((await fetching([...refused, "--fail-if", "rps<1000"])).exitCode, 1, "failing fast is no throughput");
  assert.equal((await fetching(refused)).summary.requestsPerSecond, 0);
  const { stdout } = await lab(["fetch", ...urls, "--fail-if", "errors > 0"]);
  assert.match(stdout, /✘ errors > 0 {2}measured: 1\n$/);
});

test("fetch --sweep prints a row for each concurrency, the knee and what it recommends", async (t) => {
  const origin = await startOrigin(t, (_request, response) => void setTimeout(() => response.end(), 5));
  const args = ["fetch", origin.url, "--sweep", "1,2,…,8", "--sweep-time", "100ms"];
  const { exitCode, stdout } = await lab(args);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^at a time +requests\/s +p50 ms +p99 ms\n +1 .*\n +2 .*\n +4 .*\n +8 /);
  assert.match(stdout, /← knee/);
  assert.match(stdout, /Recommended: --concurrency \d/);
  const report = JSON.parse((await lab([...args, "--json"])).stdout);
  assert.deepEqual(
    report.levels.map(({ concurrency }: { concurrency: number }) => concurrency),
    [1, 2, 4, 8],
  );
  for (const { requests, requestsPerSecond, p50, p99 } of report.levels) {
    assert.ok(requests > 0 && requestsPerSecond > 0 && p50 >= 5 && p99 >= p50);
  }
});

test("Ctrl-C cuts what is in flight, prints the summary of what was done and exits with 130", async (t) => {
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

test("Ctrl-C ends a fetch that waits for more lines of stdin", async (t) => {
  const origin = await fine(t);
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

test("fetch from a stdin that never ends is over at --max-time", async (t) => {
  const origin = await fine(t);
  const child = spawn(process.execPath, [bin, "fetch", "--json", "-f", "-", "--max-time", "1500ms"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.write(`${origin.url}/only\n`);
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  assert.equal(code, 0);
  assert.equal(parseLines(stdout).length, 2);
});

test("fetch takes no more lines of stdin after --max-time, though it was busy with a URL that was typed", async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    setTimeout(() => response.end("in"), 800);
    response.on("finish", () => setTimeout(() => child.stdin.write(`${origin.url}/late\n`), 900));
  });
  const args = ["fetch", "--json", `${origin.url}/slow`, "-f", "-", "-c", "1", "--max-time", "1500ms"];
  const child = spawn(process.execPath, [bin, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => {}); // it has ended
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const [result, summary, ...more] = parseLines(stdout);
  assert.deepEqual([code, result?.ok, summary?.total, summary?.endedByTime, more], [0, true, 1, true, []]);
});

test("fetch --repeat is over at --max-time, and says so", async (t) => {
  const origin = await fine(t);
  const args = [`${origin.url}/a`, `${origin.url}/b`, "--repeat", "1000000000", "--max-time", "1500ms"];
  const { exitCode, results, summary, seconds } = await fetching(args);
  assert.ok(seconds < 20, `${seconds} s`);
  assert.ok(results.length > 1, `${results.length}`);
  assert.deepEqual([exitCode, summary.failed], [0, 0], "what was cut off at the end had been answered before");
  assert.equal(summary.endedByTime, true);
  assert.match((await lab(["fetch", ...args])).stdout, /failed, ended by --max-time(, \d+ more cut off)?\n/);
  assert.equal((await fetching([origin.url, "--max-time", "1h"])).summary.endedByTime, false);
});

test("fetch --max-time takes what it cuts off for no latency, nor for a failure once its line has had a result", async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    const timer = setTimeout(() => response.end(), 800);
    response.on("close", () => clearTimeout(timer));
  });
  const { exitCode, summary } = await fetching([origin.url, "--repeat", "1000000", "-c", "4", "--max-time", "1500ms"]);
  assert.equal(exitCode, 0);
  assert.ok((summary.latency.min ?? 0) >= 790, `${summary.latency.min} ms`);
  assert.ok(summary.unfinished > 0 && summary.unfinished <= 4, `${summary.unfinished}`);
  const once = await fetching([...Array(8).fill(origin.url), "-c", "4", "--max-time", "1500ms"]);
  assert.deepEqual([once.exitCode, once.results.length, once.summary.errors], [1, 8, { timeout: 4 }]);
  assert.deepEqual(
    inOrder(once.results).map(({ cutOff }) => cutOff ?? false),
    Array(8).fill(false).fill(true, 4),
  );
  assert.equal(once.summary.latency.count, 4);
});

test("fetch ends with 0 when its reader goes away", async (t) => {
  const origin = await fine(t);
  const child = spawn(process.execPath, [bin, "fetch", "--json", origin.url, "--repeat", "100000"]);
  child.stdout.once("data", () => child.stdout.destroy());
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  assert.deepEqual([code, stderr], [0, ""]);
});

test("fetch ends with 1, one line and no summary when the disk is full, as nobody has interrupted it", async (t) => {
  if (!existsSync("/dev/full")) return t.diagnostic("no /dev/full");
  const origin = await fine(t);
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

test("fetch ends at the first Ctrl-C though its list is a line that never ends", { timeout: 20_000 }, async (t) => {
  const running = startLab(t, ["fetch", "--json", "--file", "/dev/zero"]);
  await sleep(1000);
  assert.equal(await running.stop("SIGINT"), 130);
});

test("fetch tells people how many requests were sent again on a new connection, where any were", async (t) => {
  const answered = new WeakSet<object>();
  const closing = await startOrigin(t, ({ socket }, response) => {
    if (answered.has(socket)) return void socket.resetAndDestroy();
    answered.add(socket);
    response.end();
  });
  const args = ["--repeat", "3", "-c", "1"];
  assert.match((await lab(["fetch", closing.url, ...args])).stdout, /\n {2}resent +2, for the server had closed/);
  const { url } = await fine(t);
  assert.doesNotMatch((await lab(["fetch", url, ...args])).stdout, /resent/);
});
