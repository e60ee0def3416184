import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { layCable } from "../support/cable.js";
import { statusOf } from "../support/mq.js";
import { startLab } from "../support/running-lab.js";

test("mq server and mq listen notice a cut cable within 20 seconds", async (t) => {
  const cable = layCable(t);
  if (typeof cable === "string") return t.skip(cable);
  const at = ["--host", "10.99.7.1", "--port", "25000", "--json"];
  const server = startLab(t, ["mq", "server", "--insecure", ...at], { under: cable.near });
  await server.line(/"ready"/);
  const far = startLab(t, ["mq", "listen", ...at], { under: cable.far });
  const near = startLab(t, ["mq", "listen", "--listen", "/topic/near", ...at], { under: cable.near });
  await statusOf(server, ({ channels }) => channels === 2);
  const start = performance.now();
  cable.cut();
  await Promise.all([server.line(/"reason":"gone","channel":"\/topic\/foo"/), far.line(/"disconnected"/)]);
  const noticed = performance.now() - start;
  assert.ok(noticed < 20_000, `noticed after ${noticed} ms`);
  const { connections, cut } = await statusOf(server, (status) => status.connections === 1);
  assert.deepEqual([connections, cut], [1, 1]);
  assert.equal(await near.stop(), 0);
  assert.equal(await server.stop(), 0);
});
