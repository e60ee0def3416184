import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { startApp } from "../../support/apm.js";
import { startApmServer } from "../../support/apm-server.js";
import { testAtOnce } from "../../support/at-once.js";
import { temporaryFolder } from "../../support/files.js";
import { lab } from "../../support/lab.js";
import { freePorts, reached, startPoller, startServer } from "../../support/poller.js";
import type { RunningLab } from "../../support/running-lab.js";
import { assertWithin, timed as timing } from "../../support/tries.js";

const test = testAtOnce(3);
const timed = timing(test);

const end = ["type", "via", "address"];
/** The fields of each event of a link. They are the same for all commands. */
const shapes: Readonly<Record<string, readonly string[]>> = {
  waiting: end,
  connected: [...end, "again", "peers"],
  disconnected: [...end, "peers"],
  refused: [...end, "reason"],
  unresolved: [...end, "reason"],
  draining: [...end, "waiting"],
};

/** The events of these types in order, as `type via`. Their fields and addresses are right. */
function linkEventsOf(running: RunningLab, addresses: Readonly<Record<string, string>>): string[] {
  const events = running.objects.filter(({ type }) => Object.hasOwn(shapes, String(type)));
  for (const event of events) {
    assert.deepEqual(Object.keys(event), shapes[String(event.type)]);
    assert.equal(event.address, addresses[String(event.via)]);
  }
  return events.map(({ type, via }) => `${type} ${via}`);
}

/** The same, but for a client of a running server: on a busy machine it may have to wait. */
function connectionsOf(running: RunningLab, addresses: Readonly<Record<string, string>>): string[] {
  return linkEventsOf(running, addresses).filter((event) => !event.startsWith("waiting"));
}

test("poller and poller-srv --json tell of the same links in the same shape", async (t) => {
  const ports = await freePorts();
  const poller = startPoller(t, ports);
  await poller.line(/"type":"waiting","via":"SUB"/);
  await poller.line(/"type":"waiting","via":"PULL"/);
  const { server } = await startServer(t, ["--interval", "20ms"], ports);
  await reached(poller, "SUB", 5);
  await poller.stop();
  await server.line(/"type":"disconnected","via":"PUB"/);
  await server.line(/"type":"disconnected","via":"PUSH"/);
  const again = startPoller(t, ports);
  await again.line(/"type":"connected","via":"SUB"/);
  await again.line(/"type":"connected","via":"PULL"/);
  await server.stop();
  await again.line(/"type":"disconnected","via":"SUB"/);
  await again.line(/"type":"disconnected","via":"PULL"/);
  await again.stop();
  const near = { PULL: ports.push, SUB: ports.pub };
  const far = { PUSH: ports.push, PUB: ports.pub };
  for (const via of ["PULL", "SUB"]) {
    const own = (events: string[]) => events.filter((event) => event.endsWith(via));
    assert.deepEqual(own(linkEventsOf(poller, near)), [`waiting ${via}`, `connected ${via}`]);
    assert.deepEqual(own(connectionsOf(again, near)), [`connected ${via}`, `disconnected ${via}`]);
  }
  for (const via of ["PUSH", "PUB"]) {
    const own = linkEventsOf(server, far).filter((event) => event.endsWith(via));
    assert.deepEqual(own, [`connected ${via}`, `disconnected ${via}`, `connected ${via}`]);
    const events = server.objects.filter((event) => event.via === via && event.type !== "draining");
    assert.deepEqual(
      events.map(({ again, peers }) => [again, peers]),
      [
        [false, 1],
        [undefined, 0],
        [true, 1],
      ],
    );
  }
});

test("apm app and apm server --json tell of the same links in the same shape", async (t) => {
  const server = await startApmServer(t);
  const app = startApp(t, server.collect);
  await app.line(/"type":"connected"/);
  await server.lab.line(/"type":"connected"/);
  await app.stop();
  await server.lab.line(/"type":"disconnected"/);
  const other = startApp(t, server.collect);
  await other.line(/"type":"connected"/);
  await server.lab.stop();
  await other.line(/"type":"disconnected"/);
  await other.stop();
  const waiting = startApp(t, server.collect);
  await waiting.line(/"type":"waiting"/);
  await waiting.stop();
  assert.deepEqual(connectionsOf(app, { PUB: server.collect }), ["connected PUB"]);
  assert.deepEqual(connectionsOf(other, { PUB: server.collect }), ["connected PUB", "disconnected PUB"]);
  assert.deepEqual(linkEventsOf(waiting, { PUB: server.collect }), ["waiting PUB"]);
  const told = linkEventsOf(server.lab, { SUB: server.collect });
  assert.deepEqual(told.slice(0, 3), ["connected SUB", "disconnected SUB", "connected SUB"]);
});

test("all four commands tell of a refusal in the same shape", async (t) => {
  const keys = temporaryFolder(t)("lab.keys");
  await lab(["apm", "keygen", "--out", keys]);
  const { server, ports } = await startServer(t, ["--curve", keys]);
  const apm = await startApmServer(t, ["--curve", keys]);
  const poller = startPoller(t, ports);
  const app = startApp(t, apm.collect);
  for (const [running, via, address] of [
    [poller, "PULL", ports.push],
    [poller, "SUB", ports.pub],
    [server, "PUSH", ports.push],
    [server, "PUB", ports.pub],
    [app, "PUB", apm.collect],
    [apm.lab, "SUB", apm.collect],
  ] as const) {
    const refused = JSON.parse(await running.line(new RegExp(`"type":"refused","via":"${via}"`)));
    assert.deepEqual(Object.keys(refused), shapes.refused);
    assert.equal(refused.address, address);
  }
});

timed("poller and apm app tell of a name that does not resolve within two seconds, and go on", async (t) => {
  const unknown = "tcp://no-such-host.invalid:5557";
  const start = performance.now();
  const poller = startPoller(t, { push: unknown, pub: unknown });
  const app = startApp(t, unknown, ["--interval", "100ms"]);
  for (const [running, via] of [
    [poller, "PULL"],
    [poller, "SUB"],
    [app, "PUB"],
  ] as const) {
    const told = JSON.parse(await running.line(new RegExp(`"type":"unresolved","via":"${via}"`)));
    assert.deepEqual(Object.keys(told), shapes.unresolved);
    assert.equal(told.address, unknown);
  }
  assertWithin(performance.now() - start, 3000); // two seconds, and one for the start of two commands
  await poller.line(/^PULL: cannot resolve tcp:\S+: .*; trying again$/);
  await app.line(/"unsent":3,/);
  for (const running of [poller, app]) {
    assert.equal(await running.stop(), 0);
    assert.ok(!running.objects.some(({ type }) => type === "waiting"));
  }
});

test("poller-srv --json tells which socket hands over at the end, and how many integers", async (t) => {
  const { server, ports } = await startServer(t, ["--interval", "0", "--size", "10000"]);
  const poller = startPoller(t, ports, ["--quiet"]);
  await poller.line(/"rates"/);
  poller.child.kill("SIGSTOP");
  await server.line(/"dropped":[1-9]/);
  await server.stop();
  poller.child.kill("SIGKILL");
  const draining = server.objects.find(({ type }) => type === "draining") ?? assert.fail();
  assert.deepEqual(Object.keys(draining), shapes.draining);
  assert.deepEqual([draining.via, draining.address], ["PUSH", ports.push]);
  assert.ok((draining.waiting as number) > 0);
});
