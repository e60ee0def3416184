import "../support/hygiene.js";
import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { sleep } from "../../src/concurrency/index.js";
import { type FetchOptions, type FetchResult, fetchUrls } from "../../src/labs/fetch.js";
import { type Latch, latch } from "../support/latch.js";
import { startOrigin } from "../support/origin.js";
import { unlessBusy } from "../support/tries.js";

function optionsFor(urls: readonly string[], more: Partial<FetchOptions> = {}): FetchOptions {
  return {
    list: () => [urls],
    concurrency: 4,
    timeoutMs: 20_000,
    retries: 0,
    maxBody: 1000,
    request: {},
    ordered: false,
    repeat: 1,
    warmup: 0,
    ...more,
  };
}

const quick = (t: TestContext) => startOrigin(t, (_request, response) => response.end("in"));

/** A `save` that finishes the body of each index when the test says so. */
class LatchedSave {
  readonly #latches: Latch[];
  #begun = 0;
  readonly #allBegun = latch();

  constructor(count: number) {
    this.#latches = Array.from({ length: count }, () => latch());
  }

  /** Resolves once all bodies are being saved. */
  get begun(): Promise<void> {
    return this.#allBegun.passed;
  }

  of(index: number): Latch {
    return this.#latches[index] as Latch;
  }

  readonly save = async (_reply: unknown, index: number): Promise<string> => {
    if (++this.#begun === this.#latches.length) this.#allBegun.open();
    await this.of(index).passed;
    return `${index}.txt`;
  };
}

test("fetchUrls gives a result for each saved body after an interrupt", async (t) => {
  const { url } = await quick(t);
  const saving = new LatchedSave(3);
  const stop = new AbortController();
  const results: FetchResult[] = [];
  const running = fetchUrls(optionsFor([url, url, url], { save: saving.save }), {
    signal: stop.signal,
    emit: (result) => void results.push(result),
  });
  await saving.begun;
  stop.abort();
  saving.of(2).open();
  saving.of(0).open();
  saving.of(1).fail(new Error("disk full")); // the failed save left no file, and its result is no longer awaited
  const { interrupted, total, ok, unfinished } = await running;
  assert.deepEqual(
    results.map(({ file }) => file),
    ["2.txt", "0.txt"],
  );
  assert.deepEqual([interrupted, total, ok, unfinished], [true, 2, 2, 1]);
});

test("fetchUrls gives a result for each saved body when another save fails", async (t) => {
  const { url } = await quick(t);
  const saving = new LatchedSave(3);
  const full = new Error("disk full");
  const results: FetchResult[] = [];
  const running = fetchUrls(optionsFor([url, url, url], { save: saving.save }), {
    signal: new AbortController().signal,
    emit: (result) => void results.push(result),
  });
  await saving.begun;
  saving.of(1).fail(full);
  saving.of(2).open();
  saving.of(0).open();
  await assert.rejects(running, (error) => error === full);
  assert.deepEqual(
    results.map(({ file }) => file),
    ["2.txt", "0.txt"],
  );
});

test("fetchUrls rejects with emit's first error and stops the schedule", async (t) => {
  const { url } = await quick(t);
  for (const rate of [undefined, 0.001]) {
    let calls = 0;
    const emit = async () => {
      throw new Error(`call ${++calls}`);
    };
    const { signal } = new AbortController();
    await assert.rejects(fetchUrls(optionsFor([url, url, url], { rate }), { signal, emit }), { message: "call 1" });
    assert.equal(calls, 1);
  }
});

test("fetchUrls passes the end of --max-time on to the list", async (t) => {
  const { url } = await quick(t);
  const [asked, { signal }] = [latch(), new AbortController()];
  let over: number | undefined;
  const list = (endAt?: number) => {
    over = endAt;
    asked.open();
    return [[url]];
  };
  const start = performance.now();
  const running = fetchUrls(optionsFor([], { list, maxTimeMs: 5000 }), { signal });
  await asked.passed;
  const left = (over ?? 0) - performance.now();
  assert.ok(left <= 5000 && left >= 5000 - (performance.now() - start), `${left} ms`);
  await running;
});

test("fetchUrls measures until the last result, without a slow reader", async (t) => {
  const { url } = await quick(t);
  const both = latch();
  const stallMs = 1000;
  const emit = async ({ index }: FetchResult) => {
    if (index > 0) return;
    await both.passed;
    await sleep(stallMs);
  };
  const save = async (_reply: unknown, index: number) => {
    if (index === 1) both.open();
    return "";
  };
  const { signal } = new AbortController();
  const start = performance.now();
  const report = await fetchUrls(optionsFor([url, url], { save, concurrency: 1, maxTimeMs: stallMs }), {
    signal,
    emit,
  });
  const elapsed = performance.now() - start;
  assert.ok(report.seconds * 1000 <= elapsed - stallMs + 1, `${report.seconds} s of ${elapsed} ms`);
  assert.deepEqual([report.total, report.endedByTime], [2, false], "all requests ended in time");
});

test("fetchUrls counts begun requests as unfinished, but not waiting ones", async (t) => {
  const stop = new AbortController();
  const { url } = await startOrigin(t, () => stop.abort()); // never answers
  const waiting = await fetchUrls(optionsFor(Array(20).fill(url), { perHost: 1 }), { signal: stop.signal });
  assert.deepEqual([waiting.total, waiting.unfinished], [0, 1]);
  const late = new AbortController();
  const { url: answering } = await quick(t);
  const scheduled = await fetchUrls(optionsFor(Array(20).fill(answering), { rate: 0.001 }), {
    signal: late.signal,
    emit: () => late.abort(),
  });
  assert.deepEqual([scheduled.total, scheduled.unfinished], [1, 0]);
});

test("fetchUrls counts requests cut off in a later pass as unfinished", (t) =>
  unlessBusy(t, async () => {
    const { url } = await startOrigin(t, (_request, response, nth) => nth <= 20 && response.end("in")); // answers the first pass only
    const options = { perHost: 2, repeat: 1000, maxTimeMs: 700 };
    const { signal } = new AbortController();
    const { total, failed, unfinished, endedByTime } = await fetchUrls(optionsFor(Array(20).fill(url), options), {
      signal,
    });
    assert.deepEqual([total, failed, unfinished, endedByTime], [20, 0, 2, true]);
  }));

test("fetchUrls reports endedByTime if the very last request is cut off", async (t) => {
  const { url } = await startOrigin(t, (_request, response, nth) => nth === 1 && response.end("in"));
  const first = latch();
  let passes = 0;
  async function* list() {
    if (++passes === 2) await first.passed;
    yield [url];
  }
  const { total, unfinished, endedByTime } = await fetchUrls(optionsFor([], { list, repeat: 2, maxTimeMs: 400 }), {
    signal: new AbortController().signal,
    emit: () => first.open(),
  });
  assert.deepEqual([total, unfinished, endedByTime], [1, 1, true]);
});

test("fetchUrls counts requests sent again, without those of the warm-up", async (t) => {
  const { url } = await startOrigin(t, ({ socket }, response) => {
    if (answered.has(socket)) return void socket.resetAndDestroy();
    answered.add(socket);
    response.end("in");
  });
  const answered = new WeakSet<Socket>();
  const options = { concurrency: 1, warmup: 2 };
  const { signal } = new AbortController();
  const { total, ok, retries, resent } = await fetchUrls(optionsFor([url, url, url], options), { signal });
  assert.deepEqual([total, ok, retries, resent], [3, 3, 0, 3]);
});

test("fetchUrls makes no claim if this process was over 90 % busy", async (t) => {
  const { url } = await quick(t);
  const found: [number, number][] = [];
  for (const share of [0.5, 0.9, 0.91]) {
    t.mock.method(performance, "eventLoopUtilization", () => ({ idle: 0, active: 0, utilization: share }));
    t.mock.method(process, "cpuUsage", () => ({ user: 1e12, system: 0 })); // another thread's, for example: the lower figure counts
    const { busy, findings } = await fetchUrls(optionsFor([url, url]), { signal: new AbortController().signal });
    t.mock.restoreAll();
    found.push([busy, findings.length]);
  }
  assert.deepEqual(found, [
    [0.5, 1],
    [0.9, 1],
    [0.91, 0],
  ]);
});

test("fetchUrls reports endedByTime if the list ends at that time", async (t) => {
  const { url } = await quick(t);
  const maxTimeMs = 300;
  async function* untilTime() {
    yield [url];
    await sleep(maxTimeMs + 10); // as an open stdin does
  }
  const { signal } = new AbortController();
  const { total, endedByTime } = await fetchUrls(optionsFor([], { list: untilTime, maxTimeMs }), { signal });
  assert.deepEqual([total, endedByTime], [1, true]);
});
