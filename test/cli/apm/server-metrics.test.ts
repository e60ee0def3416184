import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { sleep } from "../../../src/concurrency/index.js";
import { type ApmServer, metricsAge, startApmServer } from "../../support/apm-server.js";
import { ask } from "../../support/ask.js";
import { testAtOnce } from "../../support/at-once.js";
import { publishTo } from "../../support/publisher.js";

const test = testAtOnce(3);

/** The values of an app's metrics, by their names without `lab_app_`. */
async function ofApp(server: ApmServer, name: string): Promise<Map<string, number>> {
  const { body } = await ask(`${server.url}/metrics`);
  const lines = body.split("\n").filter((line) => line.includes(`name="${name}"`));
  return new Map(lines.map((line) => [line.replace(/^lab_app_|\{.*/g, ""), Number(line.split(" ").at(-1))]));
}

const use = { cpu: 50, mem: 100, lag: 20, heap: 10, gc: 5, processes: 2, cpu_seconds: 7.5, interval: 500 };

test("/metrics drops the use of an ended app at once and of a silent one after three intervals", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await publisher.sample({ id: "ends", name: "ends", ...use });
  await publisher.sample({ id: "falls-silent", name: "falls-silent", ...use });
  await publisher.sample({ id: "slow", name: "slow", ...use, interval: 60_000 });
  await server.reaches("lab_samples_total", 4);
  const before = await ofApp(server, "ends");
  assert.deepEqual(
    [
      "up",
      "cpu_ratio",
      "resident_memory_bytes",
      "heap_bytes",
      "processes",
      "cpu_seconds_total",
      "gc_seconds_total",
    ].map((name) => before.get(name)),
    [1, 0.5, 100 * 2 ** 20, 10 * 2 ** 20, 2, 7.5, 0.005],
  );
  await publisher.sample({ id: "ends", name: "ends", ...use, closing: true });
  await server.reaches("lab_samples_total", 5);
  const after = await ofApp(server, "ends");
  assert.deepEqual(
    ["up", "cpu_ratio", "resident_memory_bytes", "event_loop_lag_seconds", "cpu_seconds_total"].map((name) =>
      after.get(name),
    ),
    [0, undefined, undefined, undefined, 7.5],
  );
  await sleep(2000);
  await metricsAge();
  const silent = await ofApp(server, "falls-silent");
  assert.deepEqual([silent.get("up"), silent.get("cpu_ratio")], [0, undefined]);
  assert.deepEqual((await ofApp(server, "slow")).get("up"), 1);
  const { body } = await ask(`${server.url}/metrics`);
  const reasons = [...body.matchAll(/^lab_app_down_info\{.*name="(.*?)".*reason="(\w+)"\} 1$/gm)];
  assert.deepEqual(
    reasons.map(([, name, reason]) => [name, reason]).filter(([name]) => name !== "gray"),
    [
      ["falls-silent", "silent"],
      ["ends", "ended"],
    ].sort(),
  );
});

test("/metrics counts each delay of the event loop, and not only the last one", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  for (const lag of [1, 800, 1]) await publisher.sample({ color: "teal", lag });
  await server.reaches("lab_samples_total", 4);
  const { body } = await ask(`${server.url}/metrics`);
  const bucket = (le: string) =>
    Number(
      new RegExp(`^lab_app_event_loop_delay_seconds_bucket\\{.*name="teal".*le="${le}"\\} (\\d+)$`, "m").exec(
        body,
      )?.[1],
    );
  assert.deepEqual([bucket("0.005"), bucket("0.5"), bucket("1"), bucket("\\+Inf")], [2, 2, 3, 3]);
  const found = await ofApp(server, "teal");
  assert.equal(found.get("event_loop_delay_seconds_count"), 3);
  assert.ok(Math.abs((found.get("event_loop_delay_seconds_sum") ?? 0) - 0.802) < 1e-9);
});

test("/metrics and the history have no CPU figure of a sample that spans milliseconds", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await publisher.sample({ id: "one", name: "one", cpu: 40, span: 1000 });
  await publisher.sample({ id: "one", name: "one", cpu: 129, span: 8 });
  await server.reaches("lab_samples_total", 3);
  const [one] = (await server.history()).series.filter(({ id }) => id === "one");
  assert.equal(Math.max(...(one?.points.cpu.max ?? []).map(Number)), 40);
  assert.equal((await ofApp(server, "one")).get("cpu_ratio"), undefined);
});

test("/metrics has the process of the server under the usual names", async (t) => {
  const server = await startApmServer(t);
  const at = await server.metric("process_start_time_seconds");
  assert.ok(Math.abs(at - Date.now() / 1000) < 60);
  for (const name of ["cpu_seconds_total", "resident_memory_bytes", "open_fds", "max_fds"])
    assert.ok((await server.metric(`process_${name}`)) > 0, name);
});
