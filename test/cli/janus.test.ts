import "../support/hygiene.js";
import assert from "node:assert/strict";
import { testAtOnce } from "../support/at-once.js";
import { lab } from "../support/lab.js";
import { startLab } from "../support/running-lab.js";
import { assertWithin, timed } from "../support/tries.js";

const test = testAtOnce(2);
const inTime = timed(test);

test("lab janus prints its rows, then findings", async () => {
  const { exitCode, stdout, stderr } = await lab(["janus", "--strict"]);
  assert.deepEqual([exitCode, stderr], [0, ""]);
  for (const row of [
    /^worker in put\(\) +loop late by +\d+ ms {2}woken in \d+\.\d ms by shutdown\(\)$/m,
    /^worker in get\(\) +loop late by +\d+ ms {2}woken in \d+\.\d ms by shutdown\(\)$/m,
    /^worker → loop +loop late by +\d+ ms {2}10 items in \d+\.\d\d s$/m,
    /^loop → worker +loop late by +\d+ ms {2}10 items in \d+\.\d\d s$/m,
  ]) {
    assert.match(stdout, row);
  }
  assert.equal(stdout.match(/^[✔?] /gm)?.length, 5);
});

test("lab janus --json prints one document as documented", async () => {
  const { exitCode, stdout } = await lab(["janus", "--count", "1000", "--max-size", "1", "--json"]);
  assert.equal(exitCode, 0);
  const report = JSON.parse(stdout);
  const keys = ["count", "maxSize", "quietLateMs", "bareRoundTripsPerSecond", "rows", "findings", "undecided"];
  assert.deepEqual(Object.keys(report), keys);
  const [put, get, toLoop, toWorker] = report.rows.map((row: object) => Object.keys(row).sort().join());
  assert.equal(put, "beats,itemsPut,lateMs,runs,what,wokenMs");
  assert.equal(get, put);
  assert.equal(
    toLoop,
    "bareRoundTripsPerSecond,bestItemsPerSecond,firstWrong,itemsPerSecond,lateMs,received,seconds,what",
  );
  assert.equal(toWorker, toLoop);
  assert.equal(report.findings.length + report.undecided.length, 6);
});

test("lab janus carries 20,000 items each way, none lost, all in order", async () => {
  const { exitCode, stdout } = await lab(["janus", "--count", "20000", "--json"]);
  assert.equal(exitCode, 0);
  for (const { received, firstWrong } of JSON.parse(stdout).rows.slice(2)) {
    assert.deepEqual([received, firstWrong], [20_000, null]);
  }
});

for (const [moment, line] of [
  ["the worker is blocked in put()", /^A thread/],
  ["the worker is blocked in get()", /^worker in put/],
  ["items come from the worker", /^worker in get/],
  ["items go to the worker", /^worker → loop/],
] as const) {
  inTime(`lab janus ends with 130 on Ctrl-C while ${moment}`, async (t) => {
    const running = startLab(t, ["janus", "--count", "100000"]);
    await running.line(line);
    const start = performance.now();
    assert.equal(await running.stop("SIGINT"), 130);
    assertWithin(performance.now() - start, 2000);
  });
}
