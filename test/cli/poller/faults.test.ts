import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test as serially } from "node:test";
import { sleep } from "../../../src/concurrency/index.js";
import { testAtOnce } from "../../support/at-once.js";
import {
  connected,
  freePorts,
  reached,
  serverSummary,
  startPoller,
  startServer,
  summary,
} from "../../support/poller.js";
import type { RunningLab } from "../../support/running-lab.js";
import { assertWithin, timed as timing, unlessBusy } from "../../support/tries.js";

const test = testAtOnce(4); // except floods, each of which keeps two cores busy
const timed = timing(test);
const timedSerially = timing(serially);

test("lab poller resumes after kill -9 of the server, with one restart", async (t) => {
  const { server, ports } = await startServer(t, ["--interval", "20ms"]);
  const poller = startPoller(t, ports);
  await reached(poller, "SUB", 60);
  assert.equal(await server.stop("SIGKILL"), "SIGKILL");
  await poller.line(/PULL: lost the server/);
  await poller.line(/SUB: lost the server/);

  const { server: second } = await startServer(t, ["--interval", "20ms", "--count", "30"], ports);
  assert.equal(await second.ended, 0);
  await allArrived(poller, 29);
  await poller.stop();
  const { pull, sub } = summary(poller);
  for (const { last, gaps, missing, restarts } of [pull, sub]) {
    assert.deepEqual([last, gaps, missing, restarts], [29, 0, 0, 1]);
  }
  assert.equal(poller.stderr.filter((line) => line.includes("connected again")).length, 2, "once for each socket");
});

test("lab poller-srv keeps unsent PULL messages over a kill -9 of the poller", async (t) => {
  const { server, ports } = await startServer(t, ["--interval", "20ms"]);
  const first = startPoller(t, ports);
  await reached(first, "SUB", 60);
  await reached(first, "PULL", 60);
  await first.stop("SIGKILL");
  await server.line(/"waiting":[1-9]\d,/); // the queue keeps messages while nobody takes them

  const second = startPoller(t, ports);
  await connected(second);
  await second.line(/"via":"SUB","value"/);
  await server.stop();
  await second.line(/SUB: lost the server/);
  await second.line(/PULL: lost the server/);
  await second.stop();

  const hole = (via: "PULL" | "SUB") => {
    const last = Number(/"value":(\d+)/.exec(first.stdout.filter((line) => line.includes(via)).at(-1) ?? "")?.[1]);
    return (summary(second)[via === "PULL" ? "pull" : "sub"].first ?? 0) - last - 1;
  };
  assert.ok(hole("SUB") >= 10, "published while nobody listened");
  assert.ok(hole("PULL") >= 0 && hole("PULL") <= 5, `sent to the dead poller: ${hole("PULL")}`);
  const { pull, sub } = summary(second);
  const { next } = serverSummary(server);
  assert.deepEqual([pull.last, pull.gaps, sub.last, sub.gaps], [next - 1, 0, next - 1, 0]);
});

for (const stopped of ["server", "poller"] as const) {
  test(`lab poller has no gap after SIGSTOP of the ${stopped} for 5 s`, async (t) => {
    const { server, ports } = await startServer(t, ["--interval", "20ms"]);
    const poller = startPoller(t, ports);
    await connected(poller);
    await reached(poller, "SUB", 60);
    const { child } = stopped === "server" ? server : poller;
    child.kill("SIGSTOP");
    await sleep(5000);
    child.kill("SIGCONT");
    const before = poller.stdout.length;
    while (poller.stdout.length < before + 50) await sleep(20);
    await server.stop();
    const { next } = serverSummary(server);
    await allArrived(poller, next - 1);
    await poller.stop();
    const { pull, sub } = summary(poller);
    for (const { last, gaps, restarts, connects } of [pull, sub]) {
      assert.deepEqual([last, gaps, restarts, connects], [next - 1, 0, 0, 1]);
    }
    assert.equal(pull.first, 0);
    if (stopped === "poller") assert.ok(next > 200, "the server went on meanwhile");
  });
}

timedSerially("lab poller-srv waits at most two seconds for a stopped poller at the end", async (t) => {
  const { server, ports } = await startServer(t, ["--interval", "0", "--size", "10000"]);
  const poller = startPoller(t, ports, ["--quiet"]);
  await connected(poller);
  await poller.line(/"rates"/);
  poller.child.kill("SIGSTOP");
  await server.line(/"dropped":[1-9]/); // its queue is full, and it goes on
  const start = performance.now();
  assert.equal(await server.stop(), 0);
  assertWithin(performance.now() - start, 3000); // two seconds, and one for a busy machine
  assert.ok(serverSummary(server).waiting > 0, "it reports the rest");
});

timed("lab poller-srv does not wait for one stopped poller among live ones", async (t) => {
  const { server, ports } = await startServer(t, ["--interval", "20ms"]);
  const [live, stopped] = [startPoller(t, ports), startPoller(t, ports)];
  await Promise.all([live, stopped].map(connected));
  await reached(stopped, "SUB", 60);
  stopped.child.kill("SIGSTOP");
  const { next } = JSON.parse(await server.line(/"type":"status"/));
  await reached(live, "SUB", next + 100);
  const start = performance.now();
  assert.equal(await server.stop(), 0);
  assertWithin(performance.now() - start, 3000); // two seconds, and one for a busy machine
  await reached(live, "SUB", serverSummary(server).next - 1);
});

const floods = ["--interval", "0", "--size", "10000"];

/**
 * The server waits a second for a SUB, and a second for an idle PULL. On a busy machine either may be too short for a
 * live poller, but not time and again.
 */

serially("lab poller-srv sends a SUB-only poller all of 20,000 large messages", (t) =>
  unlessBusy(t, async () => {
    const ports = await freePorts();
    const poller = startPoller(t, { push: "tcp://127.0.0.1:9", pub: ports.pub }, ["--quiet"]);
    await poller.line(/SUB: waiting/);
    const { server } = await startServer(t, [...floods, "--count", "20000"], ports);
    assert.equal(await server.ended, 0);
    await poller.line(/SUB: lost the server/);
    await quiet(poller);
    await poller.stop();
    const { received, first, last, gaps } = summary(poller).sub;
    assert.deepEqual([received, first, last, gaps], [20_000, 0, 19_999, 0]);
  }),
);

for (const [how, args] of [
  ["natural end", ["--count", "20000"]],
  ["SIGINT", []],
] as const) {
  serially(`lab poller-srv sends a live poller all of 20,000 large messages before ${how}`, (t) =>
    unlessBusy(t, async () => {
      const ports = await freePorts();
      const poller = startPoller(t, ports, ["--quiet"]);
      await poller.line(/SUB: waiting/);
      const { server } = await startServer(t, [...floods, ...args], ports);
      if (how === "SIGINT") await server.line(/"type":"status","next":[2-9]\d{4}/);
      assert.equal(await (how === "SIGINT" ? server.stop() : server.ended), 0);
      const { next, pushed, waiting, dropped } = serverSummary(server);
      assert.deepEqual([pushed, waiting, dropped], [next, 0, 0]);
      assert.ok(next >= 20_000);
      await silent(poller);
      await poller.stop();
      const { pull, sub } = summary(poller);
      for (const { received, first, last, gaps } of [pull, sub]) {
        assert.deepEqual([received, first, last, gaps], [next, 0, next - 1, 0]);
      }
    }),
  );
}

timedSerially("lab poller-srv drops a flood without a poller, and ends within two seconds", async (t) => {
  const { server } = await startServer(t, floods);
  await server.line(/"type":"status","next":\d{5}/);
  const start = performance.now();
  assert.equal(await server.stop(), 0);
  assertWithin(performance.now() - start, 2000);
  const { next, pushed, waiting, dropped } = serverSummary(server);
  assert.deepEqual([pushed, waiting, dropped], [0, 10_001, next - 10_001], "10,000 in the queue and one on its way");

  const finite = await startServer(t, [...floods, "--count", "20000"]);
  assert.equal(await finite.server.ended, 0);
  assert.equal(serverSummary(finite.server).next, 20_000);
});

async function allArrived(poller: RunningLab, last: number): Promise<void> {
  await reached(poller, "PULL", last);
  await reached(poller, "SUB", last);
}

/** The server has gone. Wait until two seconds in a row bring no message that was already on its way. */
async function silent(poller: RunningLab): Promise<void> {
  await poller.line(/SUB: lost the server/);
  await poller.line(/PULL: lost the server/);
  await quiet(poller);
}

async function quiet(poller: RunningLab): Promise<void> {
  const rates = () =>
    poller.objects.filter(({ type }) => type === "rates").map(({ pull, sub }) => Number(pull) + Number(sub));
  while (rates().slice(-2).join() !== "0,0") await poller.nextLine();
}
