import "../support/hygiene.js";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { type TestContext, test } from "node:test";
import { sleep } from "../../src/concurrency/index.js";
import { connected, reached, serverSummary, startPoller } from "../support/poller.js";
import { startLab } from "../support/running-lab.js";

const run = (command: string) => execFileSync("/bin/sh", ["-c", command], { stdio: ["ignore", "pipe", "pipe"] });

/** Connect two network namespaces by a cable. Returns the reason, if that is not allowed here. */
function layCable(t: TestContext): { near: string[]; far: string[]; cut(): void } | string {
  const [near, far] = [`lab-near-${process.pid}`, `lab-far-${process.pid}`];
  const cable = `lab${process.pid % 100_000}`;
  t.after(() => {
    for (const name of [near, far]) run(`ip netns del ${name} 2>/dev/null || true`);
  });
  try {
    run(`ip netns add ${near} && ip netns add ${far}`);
    run(`ip -n ${near} link add ${cable}a type veth peer name ${cable}b netns ${far}`);
    run(`ip -n ${near} addr add 10.99.7.1/24 dev ${cable}a && ip -n ${near} link set ${cable}a up`);
    run(`ip -n ${near} link set lo up`);
    run(`ip -n ${far} addr add 10.99.7.2/24 dev ${cable}b && ip -n ${far} link set ${cable}b up`);
  } catch (error) {
    return `no network namespaces here: ${String(error).split("\n")[0]}`;
  }
  const inside = (name: string) => ["ip", "netns", "exec", name];
  return { near: inside(near), far: inside(far), cut: () => void run(`ip -n ${far} link set ${cable}b down`) };
}

test("poller-srv and poller notice a cut cable within 20 seconds and go on", async (t) => {
  const cable = layCable(t);
  if (typeof cable === "string") return t.skip(cable);
  const server = startLab(
    t,
    [
      "poller-srv",
      "--json",
      "--insecure",
      "--interval",
      "20ms",
      "--push",
      "tcp://10.99.7.1:5557",
      "--pub",
      "tcp://10.99.7.1:5556",
    ],
    { under: cable.near },
  );
  const { push, pub } = JSON.parse(await server.line(/"type":"ready"/));
  const near = startPoller(t, { push, pub }, [], { under: cable.near });
  const far = startPoller(t, { push, pub }, [], { under: cable.far });
  await Promise.all([near, far].map(connected));
  await reached(far, "SUB", 60);
  const start = performance.now();
  cable.cut();
  await Promise.all([far.line(/SUB: lost the server/), server.line(/"pub":\{"connects":2,"disconnects":1/)]);
  const noticed = performance.now() - start;
  assert.ok(noticed < 20_000, `noticed after ${noticed} ms`);
  await sleep(2000);
  const before = near.objects.filter(({ via }) => via === "PULL").length;
  await sleep(2000);
  const taken = near.objects.filter(({ via }) => via === "PULL").length - before;
  assert.ok(taken > 80, `every integer goes to the poller that is left, ${taken} of some 100`);
  const stopping = performance.now();
  assert.equal(await server.stop(), 0);
  assert.ok(performance.now() - stopping < 2000);
  await reached(near, "SUB", serverSummary(server).next - 1);
});
