import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { FeedReader } from "../../../support/apm-server.js";
import { startFeed } from "../../../support/feed.js";
import { textOf } from "../../../support/files.js";
import { setLimits } from "../../../support/limits.js";
import { openRaw, rawGet, sendRaw } from "../../../support/raw-http.js";
import { until } from "../../../support/until.js";

const get = rawGet("/feed", ["Host: localhost"]);

async function snapshot({ url }: { url: string }): Promise<number[]> {
  await using reader = await FeedReader.open(url);
  const found = () => reader.events.find(({ name }) => name === "snapshot");
  await reader.until(() => found() !== undefined);
  return JSON.parse(found()?.data ?? "").samples.map(({ cpu }: { cpu: number }) => cpu);
}

test("Feed starts each client with the latest sample of every series", async () => {
  await using feed = await startFeed();
  feed.add({ color: "red", cpu: 1 });
  assert.deepEqual(await snapshot(feed), [1]);
  assert.deepEqual(await snapshot(feed), [1]);
  feed.add({ color: "red", cpu: 2 });
  assert.deepEqual(await snapshot(feed), [2]);
  feed.add({ color: "blue", cpu: 3 });
  assert.deepEqual(await snapshot(feed), [2, 3]);
});

test("Feed refuses one client too many with 503 until another leaves", async (t) => {
  setLimits(t, { maxFeeds: 2 });
  await using started = await startFeed();
  const { url, port, feed, counters } = started;
  await using stays = await FeedReader.open(url);
  const leaves = await FeedReader.open(url);
  const { status, headers, body } = await sendRaw(port, get);
  assert.deepEqual([status, headers["retry-after"], body.includes("hello")], [503, "5", false]);
  assert.deepEqual([counters.feedRefused, feed.clients, stays.status, leaves.status], [1, 2, 200, 200]);
  await leaves[Symbol.asyncDispose]();
  while (feed.clients > 1) await new Promise(setImmediate);
  await using comes = await FeedReader.open(url);
  assert.deepEqual([comes.status, feed.clients, counters.feedRefused], [200, 2, 1]);
});

for (const [reason, limits] of [
  ["backlog", {}],
  ["stalled", { maxFeedBacklog: 2 ** 30, feedStallMs: 300 }],
] as const) {
  test(`Feed cuts off a client that never reads (${reason}), but no other`, async (t) => {
    setLimits(t, { feedIntervalMs: 10, ...limits });
    await using started = await startFeed();
    const { url, port, feed, counters, add } = started;
    await using reads = await FeedReader.open(url);
    const stuck = await openRaw(port);
    stuck.pause();
    stuck.write(get);
    while (feed.clients < 2) await new Promise(setImmediate);
    const start = performance.now();
    let seq = 0;
    for (; counters.feedEvicted[reason] === 0; seq++) {
      assert.ok(performance.now() - start < 10_000, "the kernel holds some megabytes, then the client is stuck");
      add({ id: "large", seq, name: "x".repeat(500_000) });
      await reads.until(() => reads.samples.at(-1)?.seq === seq);
    }
    while (feed.clients > 1) await new Promise(setImmediate);
    assert.deepEqual({ ...counters.feedEvicted }, { backlog: 0, stalled: 0, [reason]: 1 });
    await until("the kernel to drop what it holds", () => !isHeld(port, stuck.localPort ?? 0));
    stuck.destroy();
    assert.equal(reads.ended, false);
    assert.equal(reads.samples.length, seq, "each sample once");
  });
}

/** Whether the kernel holds the end of a connection that has this local port and this remote one. */
function isHeld(local: number, remote: number): boolean {
  const [from, to] = [local, remote].map((port) => port.toString(16).toUpperCase().padStart(4, "0"));
  return new RegExp(`:${from} [0-9A-F]+:${to} `).test(textOf("/proc/net/tcp"));
}
