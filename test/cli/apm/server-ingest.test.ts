import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { sleep } from "../../../src/concurrency/index.js";
import { limits } from "../../../src/labs/apm/server/limits.js";
import { type ApmServer, FeedReader, metricsAge, startApmServer } from "../../support/apm-server.js";
import { testAtOnce } from "../../support/at-once.js";
import { publishTo, sampleOf } from "../../support/publisher.js";
import { unlessBusy } from "../../support/tries.js";

const test = testAtOnce(3);

/** The colours of all series, but for the gray one of publishTo(). */
async function colors(server: ApmServer): Promise<string[]> {
  const { series } = await server.history();
  return series.map(({ color }) => color).filter((color) => color !== "gray");
}

const bad: readonly (readonly [reason: string, frame: string | Buffer])[] = [
  ["json", "{not json"],
  ["shape", "[]"],
  ["shape", "null"],
  ["field", JSON.stringify({ color: "red", timestamp: "2026-11-22T23:56:14Z", cpu: "5", mem: 1 })],
  ["field", JSON.stringify({ color: "red", cpu: 5, mem: 1 })],
  ["json", '{"color":"red","timestamp":"2026-11-22T23:56:14Z","cpu":NaN,"mem":1}'],
  ["range", '{"color":"red","timestamp":"2026-11-22T23:56:14Z","cpu":1e999,"mem":1}'],
  ["range", JSON.stringify(sampleOf({ cpu: -1 }))],
  ["range", JSON.stringify(sampleOf({ mem: 2 ** 54 }))],
  ["json", "[".repeat(60_000)],
  ["field", JSON.stringify(sampleOf({ color: "__proto__" }))],
  ["field", JSON.stringify(sampleOf({ color: "constructor" }))],
  ["field", JSON.stringify(sampleOf({ color: "<img src=x onerror=alert(1)>" }))],
  ["field", JSON.stringify(sampleOf({ name: "a\nb" }))],
  ["field", JSON.stringify(sampleOf({ name: "\u001b[31m" }))],
  ["utf8", Buffer.from([0xff, 0xfe, 0x00])],
  ["empty", ""],
];

test("lab apm server drops bad messages and counts them by reason", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await using feed = await FeedReader.open(server.url);
  for (const [, frame] of bad) await publisher.send(frame);
  await publisher.sample({ color: "lime" });
  await feed.until(() => feed.samples.some(({ color }) => color === "lime"));
  await metricsAge();

  const expected = new Map<string, number>();
  for (const [reason] of bad) expected.set(reason, (expected.get(reason) ?? 0) + 1);
  for (const [reason, count] of expected) {
    assert.equal(await server.metric(`lab_rejected_total{reason="${reason}"}`), count, reason);
  }
  assert.deepEqual(await colors(server), ["lime"]);
  const sent = feed.events
    .filter(({ name }) => name !== "rejected")
    .map(({ data }) => data)
    .join("\n");
  assert.doesNotMatch(sent, /null|onerror|__proto__/);
  const notes = server.lab.stderr.filter((line) => line.startsWith("Rejected"));
  assert.equal(notes.length, new Set(notes).size, "at most one line a second for each reason");
  assert.ok(notes.some((line) => line.startsWith("Rejected a message: it is not JSON")));
});

test("lab apm server prints one line a second per reason in a flood", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  const start = performance.now();
  for (let i = 0; i < 5000; i++) await publisher.send("{");
  await publisher.sample({ color: "lime" });
  while (!(await colors(server)).includes("lime")) await metricsAge();
  const seconds = (performance.now() - start) / 1000;
  const notes = server.lab.stderr.filter((line) => line.startsWith("Rejected"));
  assert.ok(notes.length >= 1 && notes.length <= Math.ceil(seconds) + 1, `${notes.length} in ${seconds} s`);
});

test("lab apm server counts wrong clocks and charts by time of arrival", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await publisher.sample({ color: "red", timestamp: "1970-01-01T00:00:00Z" });
  await publisher.sample({ color: "lime", timestamp: "9999-01-01T00:00:00+00:00" });
  await publisher.send(`{"color":"blue","timestamp":${Date.now() / 1000},"cpu":1,"mem":1}`);
  while ((await colors(server)).length < 3) await metricsAge();
  const { now, series } = await server.history();
  for (const { at, points } of series) {
    assert.ok(Math.abs(now - at) < 60);
    assert.ok(points.at.every((second) => Math.abs(now - second) < 60));
  }
  await metricsAge();
  assert.equal(await server.metric("lab_skewed_total"), 2);
});

test("lab apm server cuts off a frame of 10 MB without using memory", async (t) => {
  const server = await startApmServer(t);
  const [publisher, other] = [await publishTo(t, server), await publishTo(t, server)];
  const before = residentMiB(server);
  await publisher.send(Buffer.alloc(10_000_000, "x"));
  await server.reaches("lab_peer_disconnects_total", 1);
  await other.sample({ color: "lime" });
  while (!(await colors(server)).includes("lime")) await metricsAge();
  const growth = residentMiB(server) - before;
  assert.ok(growth < 10, `${growth} MiB more`);
});

test("lab apm server drops messages of many frames and counts them", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  const whole = JSON.stringify(sampleOf({ color: "red" }));
  await publisher.send([whole, whole]);
  await publisher.send(Array.from({ length: 10_000 }, () => whole));
  await publisher.send(Array.from({ length: 500 }, () => Buffer.alloc(60_000)));
  await server.reaches('lab_rejected_total{reason="frames"}', 3);
  await publisher.sample({ color: "lime" });
  while ((await colors(server)).length === 0) await metricsAge();
  assert.deepEqual(await colors(server), ["lime"]);
});

test("lab apm server charts 256 series and refuses thousands more", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  const count = 20_000;
  for (let i = 0; i < count; i++) await publisher.sample({ color: `#${i.toString(16).padStart(6, "0")}` });
  await server.reaches('lab_rejected_total{reason="cardinality"}', count - 255);
  assert.equal(await server.metric("lab_series"), 256);
  assert.equal((await server.history()).series.length, 256);
  await using feed = await FeedReader.open(server.url);
  await feed.until(() => feed.events.length >= 2);
  assert.ok(Buffer.byteLength(feed.events[1]?.data ?? "") < 256 * 1024);
});

test("lab apm server counts gaps as losses, but nothing before the first number", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  for (const seq of [5, 6, 9, 10]) await publisher.sample({ id: "one", seq, unsent: 3 });
  await server.reaches("lab_lost_total", 2);
  const { series } = await server.history();
  const { received, lost, joined_at, unsent } = series.find(({ id }) => id === "one") ?? assert.fail();
  assert.deepEqual({ received, lost, joined_at, unsent }, { received: 4, lost: 2, joined_at: 5, unsent: 3 });
});

test("lab apm server writes a page ten times a second during a flood", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await using feed = await FeedReader.open(server.url);
  const start = performance.now();
  const count = 50_000;
  for (let seq = 0; seq < count; seq++) await publisher.send(flood(seq));
  await publisher.send(flood(count));
  await feed.until(() => feed.samples.at(-1)?.cpu === count % 100 && feed.samples.at(-1)?.seq === count);
  const seconds = (performance.now() - start) / 1000;
  const sent = feed.samples.filter(({ id }) => id === "flood").length;
  assert.ok(sent <= seconds * 10 + 2, `${sent} events in ${seconds} s`);
  const { received = 0, lost = 0 } = feed.samples.at(-1) ?? {};
  assert.equal(received + lost, count + 1, "missing samples are counted");
});

function flood(seq: number): string {
  return JSON.stringify(sampleOf({ id: "flood", seq, cpu: seq % 100 }));
}

function residentMiB({ lab }: ApmServer): number {
  const status = readFileSync(`/proc/${lab.child.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

test("lab apm server sends a page one snapshot, and no second without need", async (t) => {
  await unlessBusy(t, async () => {
    const server = await startApmServer(t);
    const publisher = await publishTo(t, server);
    for (let i = 0; i < 255; i++) await publisher.sample({ color: "red", id: `app-${i}`, name: "x".repeat(64) });
    await server.reaches("lab_samples_total", 256);
    await sleep(2 * limits.feedIntervalMs); // no update is on its way any more
    await using feed = await FeedReader.open(server.url);
    await feed.until(() => feed.events.length >= 2);
    const { samples } = JSON.parse(feed.events[1]?.data ?? "");
    assert.equal(samples.length, 256);
    await sleep(500);
    assert.deepEqual(
      feed.events.map(({ name }) => name).filter((name) => name !== "beat"),
      ["hello", "snapshot", "marks"], // all of them, though the snapshot is longer than a socket takes at once
    );
  });
});
