import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { metricsAge, startApmServer } from "../../support/apm-server.js";
import { testAtOnce } from "../../support/at-once.js";
import { lab } from "../../support/lab.js";
import { publishTo } from "../../support/publisher.js";

const test = testAtOnce(3);

test("lab apm server --alert tells begin and end on stderr, in --json and in /metrics", async (t) => {
  const server = await startApmServer(t, ["--alert", "lag>250ms", "--alert", "mem > 500MiB for 1m"]);
  const publisher = await publishTo(t, server);
  const metric = (alert: string) =>
    server.metric(`lab_alert{series="id:b",name="billing",color="red",host="",pid="",alert="${alert}"}`);
  const billing = (lag: number) => publisher.sample({ id: "b", name: "billing", mem: 600, lag });
  await billing(300);
  assert.equal(await server.lab.line(/^Alert: /), "Alert: billing lag>250ms");
  await metricsAge();
  assert.deepEqual([await metric("lag>250ms"), await metric("mem>500MiB for 1m")], [1, 0]);
  await billing(1);
  assert.equal(await server.lab.line(/^Over: /), "Over: billing no longer lag>250ms");
  await metricsAge();
  assert.equal(await metric("lag>250ms"), 0);
  const marks = server.lab.objects.filter(({ type, name }) => type === "mark" && name === "billing");
  assert.deepEqual(
    marks.map(({ kind }) => kind),
    ["started", "blocked", "alert", "alert-over"],
  );
});

test("lab apm server refuses an alert that it does not understand", async () => {
  const { exitCode, stderr } = await lab(["apm", "server", "--port", "0", "--alert", "disk>5"]);
  assert.equal(exitCode, 2);
  assert.match(stderr, /^lab: --alert must be cpu, mem, lag or wait, then > or <, .*; got "disk>5"\n$/);
});
