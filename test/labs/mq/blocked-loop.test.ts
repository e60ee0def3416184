import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { limits } from "../../../src/labs/mq/limits.js";
import { type MqServerEvent, mqServer } from "../../../src/labs/mq/server.js";
import { latch } from "../../support/latch.js";
import { MqPeer, pairs, startBroker, subscribe } from "../../support/mq.js";
import { until } from "../../support/until.js";

test("a broker cuts nobody for a time in which its event loop was blocked", async (t) => {
  const at = await startBroker(t, { looks: false });
  const silent = await MqPeer.connect(t, at.port);
  const [half, slow] = (await subscribe(t, at, "/null", "/slow")) as [MqPeer, MqPeer];
  slow.socket.pause();
  half.socket.write(pairs("/a", "half").subarray(0, -1));
  const sender = await MqPeer.connect(t, at.port, "/null");
  sender.send("/slow", ...Array.from({ length: 70 }, () => Buffer.alloc(100_000)));
  await until("all is read", () => at.broker.counts.in === 70 && at.broker.counts.connections === 4);
  assert.ok(at.broker.counts.waiting > 0);
  at.broker.look();
  const real = performance.now.bind(performance);
  let later = 20_000;
  t.mock.method(performance, "now", () => real() + later);
  at.broker.look();
  assert.deepEqual(at.cuts, []);
  for (let turns = 0; turns < 11_000 / limits.lookMs; turns++) {
    later += limits.lookMs;
    at.broker.look();
  }
  assert.deepEqual(at.cuts.map(({ reason }) => reason).sort(), ["half_frame", "no_channel", "stalled"]);
  await Promise.all([silent, half, slow].map((peer) => peer.socket.destroy() && peer.closed));
});

test("lab mq server reads what has arrived before it cuts", async (t) => {
  const stop = new AbortController();
  const ready = latch<number>();
  const cuts: MqServerEvent[] = [];
  const emit = (event: MqServerEvent) => {
    if (event.type === "ready") ready.open(event.port);
    if (event.type === "cut") cuts.push(event);
  };
  const running = mqServer({ host: "127.0.0.1", port: 0 }, { signal: stop.signal, emit });
  const peer = await MqPeer.connect(t, await ready.passed, "/a");
  const message = pairs("/a", "whole");
  peer.socket.write(message.subarray(0, -1));
  await sleep(limits.frameMs - 300);
  peer.socket.write(message.subarray(-1));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700); // blocks both
  await Promise.race([peer.has(1), peer.closed]);
  assert.deepEqual([peer.texts, cuts], [["whole"], []]);
  stop.abort();
  await running;
});
