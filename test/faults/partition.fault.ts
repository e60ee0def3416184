import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep } from "../../src/concurrency/index.js";
import { layCable } from "../support/cable.js";
import { connected, messages, reached, serverSummary, startPoller } from "../support/poller.js";
import { startLab } from "../support/running-lab.js";

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
  const count = (wanted: string) => messages(near).filter(({ via }) => via === wanted).length;
  const before = { pull: count("PULL"), sub: count("SUB") };
  await sleep(2000);
  const [taken, sent] = [count("PULL") - before.pull, count("SUB") - before.sub];
  assert.ok(sent > 20 && taken > 0.8 * sent, `every integer goes to the poller that is left, ${taken} of ${sent}`);
  const stopping = performance.now();
  assert.equal(await server.stop(), 0);
  assert.ok(performance.now() - stopping < 2000);
  await reached(near, "SUB", serverSummary(server).next - 1);
});
