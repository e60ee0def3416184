import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sleep } from "../../../src/concurrency/index.js";
import type { Sample } from "../../../src/labs/apm/sample.js";
import { startApmServer } from "../../support/apm-server.js";
import { ask } from "../../support/ask.js";
import { testAtOnce } from "../../support/at-once.js";
import { freePort } from "../../support/free-port.js";
import { root } from "../../support/lab.js";
import { publishTo } from "../../support/publisher.js";
import { noPython, runPython } from "../../support/python.js";
import { startLab } from "../../support/running-lab.js";

const test = testAtOnce(3);

/** The program that docs/labs/apm-server.md and the empty page show, with another address and only a few samples. */
function documentedPublisher(collect: string): string {
  const page = readFileSync(join(root, "docs/labs/apm-server.md"), "utf8");
  const code =
    /```python\n([\s\S]*?)```/.exec(page)?.[1] ?? assert.fail("docs/labs/apm-server.md has no Python program");
  assert.ok(code.split("\n").length <= 13, "at most a dozen lines");
  assert.ok(code.includes('"tcp://127.0.0.1:5555"') && code.includes("while True:"));
  return code
    .replace("tcp://127.0.0.1:5555", collect)
    .replace("while True:", "for _ in range(30):")
    .replace("time.sleep(1)", "time.sleep(0.1)");
}

test("lab apm server charts a pyzmq program that sends only four fields", {
  skip: noPython,
}, async (t) => {
  const server = await startApmServer(t);
  await runPython(documentedPublisher(server.collect), []);
  const { series } = await server.history();
  const [{ color, cpu, mem, points } = assert.fail()] = series;
  assert.deepEqual([color, cpu, mem], ["teal", 12.5, 80]);
  assert.ok(points.at.length >= 2);
  assert.deepEqual([await server.metric("lab_lost_total"), await server.metric("lab_skewed_total")], [0, 0]);
});

/** A SUB that binds, like the notes' server, and prints ten samples. */
const pythonServer = `
import json, sys, zmq
sub = zmq.Context().socket(zmq.SUB)
sub.setsockopt_string(zmq.SUBSCRIBE, '')
sub.bind(sys.argv[1])
print('ready', flush=True)
for _ in range(10):
    print(json.dumps(sub.recv_json()), flush=True)
`;

test("lab apm app reports samples that a pyzmq SUB reads", { skip: noPython }, async (t) => {
  const address = `tcp://127.0.0.1:${await freePort()}`;
  const python = runPython(pythonServer, [address]);
  await new Promise((resolve) => python.stdout.once("data", resolve));
  const app = startLab(t, ["apm", "app", "--color", "red", "--interval", "100ms", "--connect", address]);
  const { stdout } = await python;
  const samples = stdout
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line) as Sample);
  assert.equal(samples.length, 10);
  assert.deepEqual(
    samples.map(({ seq }) => seq),
    Array.from({ length: 10 }, (_, i) => i),
  );
  for (const { color, timestamp, cpu, mem } of samples) {
    assert.equal(color, "red");
    assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000);
    assert.ok(cpu >= 0 && mem > 10);
  }
  await app.stop();
});

const noPromtool = spawnSync("promtool", ["--version"]).status !== 0 && "needs promtool (Debian: prometheus)";

test("/metrics passes promtool check", { skip: noPromtool }, async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await publisher.sample({ id: "one", name: 'quote " backslash \\ é', host: "h", pid: 7, lag: 3, seq: 0, unsent: 0 });
  await publisher.send("{");
  await server.reaches("lab_samples_total", 2);
  await sleep(1100); // older than allowed, so the next request gets a fresh one
  const { body } = await ask(`${server.url}/metrics`);
  assert.match(
    body,
    /lab_app_cpu_ratio\{series="id:one",name="quote \\" backslash \\\\ é",color="red",host="h",pid="7"\} 0\.125/,
  );
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: body, encoding: "utf8" });
  assert.deepEqual([status, stdout, stderr], [0, "", ""]);
});

test("/metrics gives each series in the base units of Prometheus", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await publisher.sample({ color: "teal", cpu: 150, mem: 2, lag: 250 });
  await server.reaches("lab_samples_total", 2);
  await sleep(1100);
  const labels = 'series="color:teal",name="teal",color="teal",host="",pid=""';
  assert.equal(await server.metric(`lab_app_cpu_ratio{${labels}}`), 1.5);
  assert.equal(await server.metric(`lab_app_resident_memory_bytes{${labels}}`), 2 * 2 ** 20);
  assert.equal(await server.metric(`lab_app_event_loop_lag_seconds{${labels}}`), 0.25);
});
