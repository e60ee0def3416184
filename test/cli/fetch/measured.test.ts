import "../../support/hygiene.js";
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { testAtOnce } from "../../support/at-once.js";
import { closedPort } from "../../support/evil-origin.js";
import { fetching, inOrder } from "../../support/fetching.js";
import { lab } from "../../support/lab.js";
import { startFineOrigin, startOrigin } from "../../support/origin.js";
import { unlessBusy } from "../../support/tries.js";

const test = testAtOnce(3);

test("lab fetch --rate starts on schedule and counts the wait for a slow server", async (t) => {
  const waiting: ServerResponse[] = [];
  const origin = await startOrigin(t, (_request, response) => {
    waiting.push(response);
    if (waiting.length === 1) setTimeout(() => response.end(), 500);
    else response.end();
  });
  const { results, summary } = await fetching([origin.url, "--repeat", "20", "--rate", "100/s", "-c", "1"]);
  const ms = inOrder(results).map((result) => result.ms);
  assert.ok((ms[0] ?? 0) >= 500);
  assert.ok((ms[10] ?? 0) >= 350, `due after 100 ms, the request waited for the first one: ${ms[10]} ms`);
  assert.equal(summary.rate, 100);
  const relaxed = await fetching([origin.url, "--repeat", "20", "--rate", "100/s"]);
  assert.ok(relaxed.summary.seconds >= 0.19, `${relaxed.summary.seconds} s for 20 starts, 10 ms apart`);
});

test("lab fetch --rate --max-time counts the wait of due requests only", async (t) => {
  const origin = await startOrigin(t, () => {}); // never answers
  const args = ["-c", "1", "--rate", "100/s", "--max-time", "500ms"];
  // The schedule waits for a slow list, and on a busy machine every list is slow.
  await unlessBusy(t, async () => {
    const { results, summary } = await fetching([origin.url, "--repeat", "1000000", ...args]);
    const [begun, ...waited] = inOrder(results);
    assert.ok(results.length >= 45 && results.length <= 50, `${results.length} were due`);
    assert.deepEqual([begun?.attempts, begun?.error?.class], [1, "timeout"]);
    for (const { index, attempts, ms, error } of waited) {
      assert.deepEqual([attempts, error?.class], [0, "timeout"]);
      assert.ok(ms > 0 && Math.abs(ms - (500 - 10 * index)) < 50, `${index}: ${ms}`);
    }
    assert.deepEqual([summary.latency.count, summary.requests], [results.length, 1]);
    assert.deepEqual([summary.waiting.count, summary.notStarted], [1, results.length - 1]);
    assert.equal(summary.endedByTime, true);

    const list = await fetching([...Array(100).fill(origin.url), ...args]);
    const never = list.results.filter(({ ms }) => ms === 0);
    assert.equal(list.results.length, 100);
    assert.ok(never.length >= 50 && never.length <= 55, `${never.length} were not due`);
    assert.deepEqual([list.summary.latency.count, list.summary.notStarted], [100 - never.length, 99]);
  });
});

test("lab fetch prints a rate as typed, and as a number in --json", async (t) => {
  const { url } = await startFineOrigin(t);
  for (const [typed, says] of [
    ["5/m", /up to 64 at a time, 5\/m asked for\n/],
    ["0.5/s", /, 30\/m asked for\n/],
    ["1234.5/s", /, 1234\.5\/s asked for\n/],
  ] as const) {
    assert.match((await lab(["fetch", url, "--rate", typed])).stdout, says);
  }
  assert.equal((await fetching([url, "--rate", "30/m"])).summary.rate, 0.5);
});

test("lab fetch --warmup requests count nowhere, and --repeat repeats the list", async (t) => {
  const origin = await startFineOrigin(t);
  const { results, summary } = await fetching([`${origin.url}/a`, `${origin.url}/b`, "--warmup", "5", "--repeat", "3"]);
  assert.equal(origin.requests.length, 5 + 6);
  assert.deepEqual(
    inOrder(results).map(({ index }) => index),
    [0, 1, 2, 3, 4, 5],
  );
  assert.equal(summary.total, 6);
});

test("lab fetch --fail-if alone decides the exit code", async (t) => {
  const { url } = await startFineOrigin(t);
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

test("lab fetch --sweep prints a row per concurrency, the knee and a recommendation", async (t) => {
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
