import "../../support/hygiene.js";
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { testAtOnce } from "../../support/at-once.js";
import { fetching } from "../../support/fetching.js";
import { lab } from "../../support/lab.js";
import { startOrigin } from "../../support/origin.js";
import { startServe } from "../../support/serve.js";

const test = testAtOnce(4);

const lines = (count: number, url: string) => Array.from({ length: count }, (_, i) => `${url}${i}`);

/** An origin that refuses each path the first `times` times with `status` and these headers. */
async function startRefusing(t: TestContext, times: number, status: number, headers: Record<string, string> = {}) {
  const seen = new Map<string, number>();
  return startOrigin(t, (request, response) => {
    const nth = (seen.get(request.url ?? "") ?? 0) + 1;
    seen.set(request.url ?? "", nth);
    if (nth <= times) response.writeHead(status, headers).end("slow down");
    else response.end("fine");
  });
}

test("lab fetch finishes a limited origin, and another host is not held up", async (t) => {
  const server = await startServe(t, []);
  const other = await startOrigin(t, (_request, response) => response.end("free"));
  const mixed = lines(200, `${server.url}/limited/100/`).flatMap((url, i) => [url, `${other.url}/${i}`]);
  const { exitCode, results, summary } = await fetching(["-f", "-", "-c", "32"], { input: mixed.join("\n") });
  assert.deepEqual([exitCode, summary.ok, summary.failed], [0, 400, 0]);
  const [limit, ...more] = summary.limits;
  assert.deepEqual([limit?.host, more], [new URL(server.url).host, []]);
  assert.ok((limit?.pauses ?? 0) >= 1 && (limit?.refused ?? 0) <= 60, JSON.stringify(limit));
  assert.ok((limit?.pausedSeconds ?? 0) >= 1);
  const places = results.flatMap(({ url }, at) => (url.startsWith(other.url) ? [at] : []));
  assert.ok((places.at(-1) ?? 0) < 300, "the other host was done long before");
  assert.ok(summary.seconds > 2 && summary.seconds < 50, `${summary.seconds} s`);
  await server.end("SIGINT");
});

test("lab fetch waits for a host with --ordered and --per-host as well", async (t) => {
  for (const more of [["--ordered"], ["--per-host", "2", "-c", "8"]]) {
    const origin = await startRefusing(t, 1, 429, { "retry-after": "1" });
    const { results, summary } = await fetching([...lines(10, `${origin.url}/`), "--retries", "0", ...more]);
    assert.deepEqual([summary.ok, summary.limits.length, origin.requests.length], [10, 1, 20]);
    if (more[0] === "--ordered")
      assert.deepEqual(
        results.map(({ index }) => index),
        [...Array(10).keys()],
      );
    assert.ok(results.every(({ attempts }) => attempts === 2));
  }
});

test("lab fetch repeats after a 429 beyond --timeout and --retries, and a POST too", async (t) => {
  const origin = await startRefusing(t, 2, 429, { "retry-after": "1" });
  const args = [`${origin.url}/`, "--data", "a=1", "--timeout", "900ms"];
  const { summary, results } = await fetching(args);
  assert.deepEqual([summary.ok, results[0]?.attempts, summary.retries], [1, 3, 2]);
  assert.ok((results[0]?.ms ?? 0) >= 2000, "its waits count in its time");
});

test("lab fetch pauses for a 503 with Retry-After, but takes one without for a failure", async (t) => {
  const asking = await startRefusing(t, 1, 503, { "retry-after": "1" });
  const failing = await startRefusing(t, 1, 503);
  const { summary } = await fetching([`${asking.url}/`, `${failing.url}/`, "--retries", "0"]);
  assert.deepEqual(
    [summary.ok, summary.failed, summary.limits.map(({ host }) => host)],
    [1, 1, [new URL(asking.url).host]],
  );
});

test("lab fetch --max-wait bounds a pause, and the time without another answer", async (t) => {
  const far = await startRefusing(t, 100, 429, { "retry-after": "120" });
  const {
    results: [result],
  } = await fetching([`${far.url}/`]);
  assert.match(
    result?.error?.message ?? "",
    /^HTTP 429 .*not tried again: Retry-After asks for 120 s, more than --max-wait$/,
  );
  const never = await startRefusing(t, 1e9, 429, { "retry-after": "1" });
  const { summary, results, seconds } = await fetching([...lines(50, `${never.url}/`), "--max-wait", "2s"]);
  assert.deepEqual([summary.failed, summary.errors], [50, { status: 50 }]);
  assert.ok(seconds < 30, `${seconds} s`);
  assert.ok(results.some(({ error }) => error?.message.includes("asked to wait for longer than --max-wait")));
});

test("lab fetch --max-time ends a pause with a result for each line", async (t) => {
  const origin = await startRefusing(t, 1e9, 429, { "retry-after": "30" });
  const { summary, results } = await fetching([...lines(100, `${origin.url}/`), "-c", "4", "--max-time", "3s"]);
  assert.deepEqual([results.length, summary.endedByTime, summary.waiting.count], [100, true, 0]);
  const refused = results.filter(({ attempts }) => attempts > 0);
  assert.equal(refused.length, origin.requests.length);
  assert.ok(refused.every(({ status, error }) => status === 429 && error?.message.endsWith("there was no time left")));
  assert.equal(summary.notStarted, 100 - refused.length);
});

test("lab fetch --rate counts the wait for a host as latency and within --timeout", async (t) => {
  const origin = await startRefusing(t, 1, 429, { "retry-after": "1" });
  const { summary, results } = await fetching([`${origin.url}/`, "--rate", "10/s"]);
  assert.ok(summary.ok === 1 && (results[0]?.ms ?? 0) >= 1000);
  const late = await fetching([`${origin.url}/b`, "--rate", "10/s", "--timeout", "500ms"]);
  assert.deepEqual([late.summary.ok, late.results[0]?.status], [0, 429]);
});

test("lab fetch says in its summary how long hosts were paused", async (t) => {
  const origin = await startRefusing(t, 1, 429, { "retry-after": "1" });
  const { stdout } = await lab(["fetch", `${origin.url}/`]);
  assert.match(stdout, /\n {2}limited {2}127\.0\.0\.1:\d+ refused 1, paused 1 × for 1\.0 s, settled at [\d.]+\/s\n/);
});
