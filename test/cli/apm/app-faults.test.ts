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

test("lab apm app sends fresh samples within three seconds of a server's restart", async (t) => {
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
  assert.ok(Date.parse(back.timestamp) >= restarted, "no sample from the time without a server");
  await second.sample(({ seq }) => seq === back.seq + 20);
  assert.equal(await app.stop(), 0);
  const last = await second.sample(({ closing }) => closing === true);

  const { taken, sent, unsent, samples } = said(app);
  assert.deepEqual([last.seq + 1, last.unsent, sent + unsent], [sent, unsent, taken]);
  assert.equal(second.samples.length, sent - back.seq, "nothing is lost to the second server");
  const known = new Set([...first.samples, ...second.samples].map(({ seq }) => seq));
  const lost = samples.filter(({ seq }) => seq !== undefined && !known.has(seq));
  assert.ok(lost.length <= 10, `lost on the way to a server that died: ${lost.length} samples`);
  assert.equal(app.stderr.filter((line) => line.startsWith("connected again")).length, 1, "reported once");
});

/** Many samples of 4 kB. The kernel holds some megabytes, and only the rest is held by the app. */
const flood = ["--interval", "2ms", "--load", "thread"];
const longHost = `data:text/javascript,import os from "node:os"; os.hostname = () => "h".repeat(4000)`;
const nodeArgs = ["--import", longHost];

test("lab apm app counts on while its server is stopped for 10 s", async (t) => {
  const address = await freeAddress();
  const server = await KillableCollector.start(t, address);
  const app = startApp(t, address, flood, { nodeArgs });
  await server.sample(({ seq }) => seq === 500);
  const samples = () => app.stdout.filter((line) => line.includes('"sample"')).length;
  const before = samples();
  server.stop();
  const stopped = performance.now();
  const enough = () => performance.now() - stopped > (samples() - before > 3000 ? 10_000 : 13_000); // 13 s on a slow machine
  while (!enough()) await sleep(100);
  const during = samples() - before;
  const resumed = Date.now();
  server.resume();
  assert.ok(during > 1000, `${during} samples were taken meanwhile`);
  const back = await server.sample(({ timestamp }) => Date.parse(timestamp) > resumed);
  assert.ok(Date.parse(back.timestamp) - resumed < 3000, "resumed");
  assert.equal(await app.stop(), 0);
  const last = await server.sample(({ closing }) => closing === true);
  const { taken, sent, unsent, samples: all } = said(app);
  assert.deepEqual([last.seq + 1, last.unsent], [sent, unsent]);
  assert.equal(server.samples.length + missing(server.samples) + unsent, taken);
  assert.equal(unsent, 0, "the app stayed connected, so nothing overtakes earlier samples");
  const lost = missing(server.samples);
  assert.ok(lost > 500, `${lost} of ${during} samples were lost, the others waited in the app and the kernel`);
  const mem = (sample: AppSample | undefined) => sample?.mem ?? 0;
  assert.ok(mem(all.at(-1)) - mem(all[before]) < 30, `grew from ${mem(all[before])} to ${mem(all.at(-1))} MiB`);
});

timed("lab apm app ends within a second though a stopped server takes nothing", async (t) => {
  const address = await freeAddress();
  const server = await KillableCollector.start(t, address);
  const app = startApp(t, address, [...flood, "--count", "2500"], { nodeArgs });
  await server.sample(({ seq }) => seq === 10);
  server.stop();
  await app.line(/"closing":true/);
  const start = performance.now();
  assert.equal(await app.ended, 0);
  const took = performance.now() - start;
  assertWithin(took, 1500); // half a second, plus one for a busy machine
  assert.equal(said(app).taken, 2500);
});

/** A clock that moves an hour ahead and back again while the app runs. */
const steppingClock = `data:text/javascript,${encodeURIComponent(`
  const { now } = Date;
  const RealDate = Date;
  const born = performance.now();
  const stepped = () => (performance.now() - born > 1500 && performance.now() - born < 2500 ? 3600e3 : 0);
  globalThis.Date = class extends RealDate {
    constructor(...args) { if (args.length) super(...args); else super(now() + stepped()); }
    static now() { return now() + stepped(); }
  };`)}`;

test("lab apm app keeps intervals and figures when the clock is set", async (t) => {
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
