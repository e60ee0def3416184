import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { said, startApp } from "../../support/apm.js";
import { type ApmServer, startApmServer } from "../../support/apm-server.js";
import { testAtOnce } from "../../support/at-once.js";

const test = testAtOnce(3);

/** The only series, once its closing sample has arrived. */
async function untilClosed(server: ApmServer) {
  for (;;) {
    const { series } = await server.history("?since=0&step=1");
    const [one] = series;
    if (one?.closing) return one;
    const rejected = await server.metric('lab_rejected_total{reason="range"}');
    assert.equal(rejected, 0, "the server takes every sample of our app");
  }
}

for (const [name, args] of [
  ["the simulated app", ["--count", "5", "--interval", "100ms"]],
  ["a command", ["--interval", "100ms", "--", "sh", "-c", "sleep 0.5"]],
  ["a command that ends at once", ["--", "true"]],
] as const) {
  test(`lab apm server counts every sample of ${name}`, async (t) => {
    const server = await startApmServer(t);
    const app = startApp(t, server.collect, args);
    assert.equal(await app.ended, 0);
    const { taken, unsent } = said(app);
    const { received = 0, lost = 0, joined_at } = await untilClosed(server);
    assert.deepEqual([received + lost + unsent, lost, joined_at], [taken, 0, 0]);
  });
}

test("lab apm server counts every sample of a process watched by --pid", async (t) => {
  const server = await startApmServer(t);
  const child = spawn("sleep", ["60"]);
  t.after(() => child.kill("SIGKILL"));
  const app = startApp(t, server.collect, ["--pid", `${child.pid}`, "--interval", "50ms"]);
  await app.line(/"seq":3,/);
  child.kill("SIGKILL");
  assert.equal(await app.ended, 0);
  const { received = 0, lost } = await untilClosed(server);
  assert.deepEqual([received + said(app).unsent, lost], [said(app).taken, 0]);
});
