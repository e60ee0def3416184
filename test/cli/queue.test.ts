import "../support/hygiene.js";
import assert from "node:assert/strict";
import { testAtOnce } from "../support/at-once.js";
import { lab } from "../support/lab.js";
import { startLab } from "../support/running-lab.js";
import { assertWithin, timed } from "../support/tries.js";

const test = testAtOnce(3);
const inTime = timed(test);

test("lab queue draws the depth of both queues, then findings", async () => {
  const { exitCode, stdout, stderr } = await lab(["queue", "--items", "500", "--strict"]);
  assert.deepEqual([exitCode, stderr], [0, ""]);
  assert.match(stdout, /^bounded {2}[▁-█]+ * peak +16, \d+\.\d\d s\nno bound [▁-█]+ * peak +496, \d+\.\d\d s$/m);
  assert.equal(stdout.match(/^✔ /gm)?.length, 6);
});

test("lab queue --json prints one document as documented", async () => {
  const { exitCode, stdout } = await lab(["queue", "--items", "50", "--workers", "3", "--max-size", "1", "--json"]);
  assert.equal(exitCode, 0);
  const report = JSON.parse(stdout);
  assert.deepEqual(Object.keys(report), ["items", "workers", "maxSize", "rows", "findings"]);
  assert.deepEqual([report.items, report.workers, report.maxSize], [50, 3, 1]);
  for (const row of report.rows) {
    assert.deepEqual(Object.keys(row).sort(), [
      "depth",
      "doneAtJoin",
      "ends",
      "handled",
      "itemsPerSecond",
      "maxSize",
      "peak",
      "seconds",
      "waits",
    ]);
  }
  assert.deepEqual([report.rows[0].peak, report.rows[1].peak], [1, 47]);
});

for (const [run, line, items] of [
  ["first", /workers$/, "1000000"],
  ["second", /^bounded/, "200000"],
] as const) {
  inTime(`lab queue ends with 130 on Ctrl-C in its ${run} run`, async (t) => {
    const running = startLab(t, ["queue", "--items", items]);
    await running.line(line);
    const start = performance.now();
    assert.equal(await running.stop("SIGINT"), 130);
    assertWithin(performance.now() - start, 2000);
    assert.doesNotMatch(running.stdout.join("\n"), /✔|no bound/);
  });
}

test("lab queue handles 1,000,000 items in under 150 MiB", { skip: process.platform !== "linux" }, async (t) => {
  const running = startLab(t, ["queue", "--items", "1000000", "--json"], { nodeArgs: ["--import", peakPrinter] });
  assert.equal(await running.ended, 0);
  const { rows } = JSON.parse(running.stdout[0] ?? "");
  for (const { handled, depth } of rows) {
    assert.deepEqual(handled, { never: 0, once: 1_000_000, again: 0 });
    assert.ok(depth.cells.length <= 60);
  }
  const peakMiB = Number(running.stderr.at(-1)) / 1024;
  assert.ok(peakMiB > 20 && peakMiB < 150, `${peakMiB} MiB`);
});

/** Prints the greatest resident set of the process at its end, in KiB. */
const peakPrinter = "data:text/javascript,process.on('exit', () => console.error(process.resourceUsage().maxRSS))";
