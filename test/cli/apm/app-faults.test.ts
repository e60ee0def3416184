import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { sleep } from "../../../src/concurrency/index.js";
import { freeAddress, missing, said, startApp } from "../../support/apm.js";
import { testAtOnce } from "../../support/at-once.js";
import { KillableCollector } from "../../support/killable-collector.js";
import type { AppSample } from "../../support/sample-log.js";
import { assertWithin, timed as timing } from "../../support/tries.js";

const test = testAtOnce(3);
const timed = timing(test);

test("row 22: kill -9 of the server and a restart: samples come again within three seconds, none of them stale", async (t) => {
  const address = await freeAddress();
  const first = await KillableCollector.start(t, address);
  const app = startApp(t, address, ["--interval", "20ms", "--load", "thread"]);
  await first.sample(({ seq }) => seq === 20);
  await first.kill();
  await app.line(/lost the server at/);
  await app.line(/"unsent":20,/);

  const restarted = Date.now();
  const second = await KillableCollector.start(t, address);
  const back = await second.sample();
  assert.ok(Date.parse(back.timestamp) - restarted < 3000, "resumed");
  assert.ok(Date.parse(back.timestamp) >= restarted, "nothing that was taken while it was away");
  await second.sample(({ seq }) => seq === back.seq + 20);
  assert.equal(await app.stop(), 0);
  const last = await second.sample(({ closing }) => closing === true);

  const { taken, sent, unsent, samples } = said(app);
  assert.deepEqual([last.seq + 1, last.unsent, sent + unsent], [sent, unsent, taken]);
  assert.equal(second.samples.length, sent - back.seq, "nothing is lost to the second server");
  const known = new Set([...first.samples, ...second.samples].map(({ seq }) => seq));
  const lost = samples.filter(({ seq }) => seq !== undefined && !known.has(seq));
  assert.ok(lost.length <= 10, `what was on its way to a server that died: ${lost.length} samples`);
  assert.equal(app.stderr.filter((line) => line.startsWith("connected again")).length, 1, "said once");
});

/** Many samples, of 4 kB: the kernel holds some megabytes, and only what comes on top is the app's to bear. */
const flood = ["--interval", "2ms", "--load", "thread"];
const longHost = `data:text/javascript,import os from "node:os"; os.hostname = () => "h".repeat(4000)`;
const nodeArgs = ["--import", longHost];

test("row 23: SIGSTOP of the server for 10 s: the app never waits, its memory stays flat, and nothing goes uncounted", async (t) => {
  const address = await freeAddress();
  const server = await KillableCollector.start(t, address);
  const app = startApp(t, address, flood, { nodeArgs });
  await server.sample(({ seq }) => seq === 500);
  const samples = () => app.stdout.filter((line) => line.includes('"sample"')).length;
  const before = samples();
  server.stop();
  const stopped = performance.now();
  const enough = () => performance.now() - stopped > (samples() - before > 3000 ? 10_000 : 13_000); // the latter if we are slow
  while (!enough()) await sleep(100);
  const during = samples() - before;
  const resumed = Date.now();
  server.resume();
  assert.ok(during > 1000, `it took ${during} samples meanwhile`);
  const back = await server.sample(({ timestamp }) => Date.parse(timestamp) > resumed);
  assert.ok(Date.parse(back.timestamp) - resumed < 3000, "resumed");
  assert.equal(await app.stop(), 0);
  const last = await server.sample(({ closing }) => closing === true);
  const { taken, sent, unsent, samples: all } = said(app);
  assert.deepEqual([last.seq + 1, last.unsent], [sent, unsent]);
  assert.equal(server.samples.length + missing(server.samples) + unsent, taken);
  assert.equal(unsent, 0, "it stayed connected, so that nothing overtakes what came before");
  const lost = missing(server.samples);
  assert.ok(lost > 500, `of ${during} samples all but ${lost} waited for the server, in the app and in the kernel`);
  const mem = (sample: AppSample | undefined) => sample?.mem ?? 0;
  assert.ok(mem(all.at(-1)) - mem(all[before]) < 30, `grew from ${mem(all[before])} to ${mem(all.at(-1))} MiB`);
});

timed(
  "row 25: it ends within a second of its last sample though a stopped server takes nothing of what is queued",
  async (t) => {
    const address = await freeAddress();
    const server = await KillableCollector.start(t, address);
    const app = startApp(t, address, [...flood, "--count", "2500"], { nodeArgs });
    await server.sample(({ seq }) => seq === 10);
    server.stop();
    await app.line(/"closing":true/);
    const start = performance.now();
    assert.equal(await app.ended, 0);
    const took = performance.now() - start;
    assertWithin(took, 1500); // half a second, and one for a busy machine
    assert.equal(said(app).taken, 2500);
  },
);

/** A clock that is set an hour on, and back again, while the app runs. */
const steppingClock = `data:text/javascript,${encodeURIComponent(`
  const { now } = Date;
  const RealDate = Date;
  const born = performance.now();
  const stepped = () => (performance.now() - born > 1500 && performance.now() - born < 2500 ? 3600e3 : 0);
  globalThis.Date = class extends RealDate {
    constructor(...args) { if (args.length) super(...args); else super(now() + stepped()); }
    static now() { return now() + stepped(); }
  };`)}`;

test("row 31: a clock that is set an hour on and back changes the timestamps, not the intervals and figures", async (t) => {
  const address = await freeAddress();
  const args = ["--interval", "100ms", "--load", "thread", "--count", "30"];
  const start = performance.now();
  const app = startApp(t, address, args, { nodeArgs: ["--import", steppingClock] });
  assert.equal(await app.ended, 0);
  assert.ok(performance.now() - start >= 3000);
  const { samples, taken } = said(app);
  assert.equal(taken, 30);
  const hours = samples.map(({ timestamp }) => Math.round((Date.parse(timestamp) - Date.now()) / 3600e3));
  assert.ok(hours.includes(1), "the clock was set");
  assert.equal(Math.abs(hours.at(-1) ?? 9), 0, "and back");
  for (const { cpu } of samples) assert.ok(cpu >= 0 && cpu <= 400, `${cpu} %`);
  assert.ok(samples.reduce((sum, { cpu }) => sum + cpu, 0) > 5, "figures go on");
});
