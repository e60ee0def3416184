import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type PollerServerEvent,
  type PollerServerOptions,
  type PollerServerReport,
  pollerServer,
} from "../../../src/labs/poller/server.js";
import { bindEndpoint } from "../../../src/zeromq/endpoint.js";
import { RawPeer } from "../../support/raw-peer.js";
import { TestSockets, take } from "../../support/zeromq.js";

const anyPort = bindEndpoint("tcp://127.0.0.1:0");
const never = new AbortController().signal;

interface Run extends Partial<PollerServerOptions> {
  signal?: AbortSignal;
  emit?: (event: PollerServerEvent) => void;
}

/** The lab on free ports: as many integers as it can send until `signal` aborts. */
function run({ signal = never, emit, ...options }: Run): Promise<PollerServerReport> {
  const all = { push: anyPort, pub: anyPort, intervalMs: 0, count: Number.POSITIVE_INFINITY, size: 0, ...options };
  return pollerServer(all, { signal, emit });
}

function findingOf({ findings }: PollerServerReport, claim: RegExp) {
  return findings.find((finding) => claim.test(finding.claim)) ?? assert.fail(`no finding ${claim}`);
}

const drift = /do not drift/;
const handover = /handed to a PULL peer/;

function latenessIn(measured: string): number {
  return Number(/^integer \d+ left (-?[\d.]+) ms after its time/.exec(measured)?.[1]);
}

test("pollerServer measures the drift of the last integer that has left, when stopped between two", async () => {
  const stop = new AbortController();
  const emit = (event: PollerServerEvent) => {
    if (event.type === "status" && event.next >= 2) stop.abort();
  };
  const report = await run({ intervalMs: 300, signal: stop.signal, emit });
  const { measured, holds } = findingOf(report, drift);
  assert.ok(latenessIn(measured) >= 0, measured);
  assert.equal(holds, latenessIn(measured) <= 300);
});

/** Blocks the event loop once, at the first status after an integer. */
function blockOnce(ms: number) {
  let blocked = false;
  return (event: PollerServerEvent) => {
    if (event.type !== "status" || event.next === 0 || blocked) return;
    blocked = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  };
}

test("pollerServer finds a drift if its event loop was blocked for more than a second", async () => {
  const report = await run({ intervalMs: 100, count: 15, emit: blockOnce(1500) });
  const { measured, holds } = findingOf(report, drift);
  assert.match(measured, /held up for more than a second, it began anew 1 time$/);
  assert.equal(holds, false);
});

test("pollerServer finds a drift if the last integer is later than an interval", async () => {
  // A second after the start, two integers have left. The third one is due 200 ms later.
  const report = await run({ intervalMs: 400, count: 3, emit: blockOnce(1050) });
  const { measured, holds } = findingOf(report, drift);
  assert.ok(latenessIn(measured) > 400, measured);
  assert.equal(holds, false);
});

test("pollerServer finds that every integer was handed over to a PULL peer that takes them", async () => {
  await using sockets = await TestSockets.open();
  let taken: Promise<string[]> | undefined;
  const emit = (event: PollerServerEvent) => {
    if (event.type === "ready") taken = take(sockets.pull(event.push), 50);
  };
  const report = await run({ count: 50, emit });
  assert.equal((await taken)?.length, 50);
  assert.deepEqual(findingOf(report, handover), {
    claim: "Every integer was handed to a PULL peer",
    measured: "50 of 50 handed over, 0 left over, 0 dropped at a full queue",
    holds: true,
  });
});

test("pollerServer finds integers that are left over, or were dropped, without a PULL peer", async () => {
  const some = findingOf(await run({ count: 50 }), handover);
  assert.deepEqual(
    [some.measured, some.holds],
    ["0 of 50 handed over, 50 left over, 0 dropped at a full queue", false],
  );
  const many = findingOf(await run({ count: 10_050 }), handover);
  assert.deepEqual(
    [many.measured, many.holds],
    ["0 of 10050 handed over, 10001 left over, 49 dropped at a full queue", false],
  );
});

test("pollerServer finds integers that a stopped PULL peer has not taken", async () => {
  let peer: RawPeer | undefined;
  const stop = new AbortController();
  const emit = async (event: PollerServerEvent) => {
    if (event.type === "ready") {
      peer = await RawPeer.connect(event.push);
      await peer.shakeHands();
      peer.pause();
    }
    if (event.type === "status" && event.dropped > 0) stop.abort();
  };
  const report = await run({ size: 2 ** 20, signal: stop.signal, emit });
  peer?.close();
  const { pushed, waiting, dropped, next } = report;
  assert.ok(pushed > 0 && waiting > 0 && dropped > 0 && pushed + waiting + dropped === next);
  assert.deepEqual(findingOf(report, handover), {
    claim: "Every integer was handed to a PULL peer",
    measured: `${pushed} of ${next} handed over, ${waiting} left over, ${dropped} dropped at a full queue`,
    holds: false,
  });
});

test("pollerServer has no finding without an integer", async () => {
  const { findings, next } = await run({ intervalMs: 1000, signal: AbortSignal.abort() });
  assert.deepEqual([findings, next], [[], 0]);
});
