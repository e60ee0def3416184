import "../support/hygiene.js";
import assert from "node:assert/strict";
import { testAtOnce } from "../support/at-once.js";
import { lab } from "../support/lab.js";

const test = testAtOnce(3);

test("lab blocking draws heartbeats per place and call, with stalls as gaps", async () => {
  const { exitCode, stdout } = await lab(["blocking", "--for", "200ms", "--on", "thread,main"]);
  assert.equal(exitCode, 0);
  const rows = stdout.split("\n").filter((line) => /^(main|thread|process) /.test(line));
  assert.deepEqual(
    rows.map((row) => row.split(/\s+/, 2).join(" ")),
    ["thread busy", "thread sleeping", "main busy", "main sleeping"],
  );
  for (const row of rows.slice(2)) assert.match(row, /· {8,}·/);
});

test("lab blocking --json prints one document with the heartbeats", async () => {
  const { exitCode, stdout } = await lab(["blocking", "--for", "50ms", "--on", "process", "--json"]);
  assert.equal(exitCode, 0);
  const { forMs, rows, findings, undecided } = JSON.parse(stdout);
  assert.equal(forMs, 50);
  assert.deepEqual(Object.keys(rows[0]).sort(), ["beats", "call", "callMs", "loopDelayMs", "place", "runs", "stallMs"]);
  assert.equal(findings.length + undecided.length, 1);
});

test("lab blocking ends at once on Ctrl-C while a worker is busy", async () => {
  for (const place of ["thread", "process"]) {
    const running = lab(["blocking", "--for", "1m", "--on", place]);
    running.stdout.once("data", () => running.kill("SIGINT"));
    const { exitCode } = await running;
    assert.equal(exitCode, 130);
  }
});
