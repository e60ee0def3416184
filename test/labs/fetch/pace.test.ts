import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep } from "../../../src/concurrency/index.js";
import { type PaceOptions, pace } from "../../../src/labs/fetch/pace.js";
import { Timetable } from "../../../src/labs/fetch/timetable.js";
import { parseUrlLine } from "../../../src/labs/fetch/url-lines.js";
import { unlessBusy } from "../../support/tries.js";

const { signal } = new AbortController();

async function* jobs(count: number, before = async (_index: number) => {}) {
  for (let index = 0; index < count; index++) {
    await before(index);
    yield parseUrlLine("http://a/", index);
  }
}

/** The time at which each job was due, in milliseconds after the first. */
async function dueTimes(
  input: ReturnType<typeof jobs>,
  options: PaceOptions,
  work = async (_index: number) => {},
): Promise<number[]> {
  const times: number[] = [];
  for await (const { index, startAt = Number.NaN } of pace(input, options, signal)) {
    assert.ok(performance.now() >= Math.min(startAt, options.endAt ?? startAt), "never early");
    times.push(startAt);
    await work(index);
  }
  return times.map((time) => Math.round(time - (times[0] ?? 0)));
}

const pauseAt = (at: number) => (index: number) => (index === at ? sleep(150) : Promise.resolve());

test("pace keeps its schedule for a slow worker", async (t) => {
  await unlessBusy(t, async () => {
    assert.deepEqual(await dueTimes(jobs(5), { timetable: new Timetable(100) }, pauseAt(1)), [0, 10, 20, 30, 40]);
  });
});

test("pace does not take a list for slow that never waits", async (t) => {
  const busyMeanwhile = async () => {
    void (async () => {
      for (let turn = 0; turn < 3; turn++) await undefined;
      for (const end = performance.now() + 2; performance.now() < end; );
    })();
  };
  await unlessBusy(t, async () => {
    const times = await dueTimes(jobs(100), { timetable: new Timetable(1000) }, busyMeanwhile);
    assert.deepEqual(times, [...times.keys()]);
  });
});

test("pace waits for a slow list, without a burst afterwards", async (t) => {
  await unlessBusy(t, async () => {
    const [first, second = 0, ...more] = await dueTimes(jobs(5, pauseAt(1)), { timetable: new Timetable(100) });
    assert.equal(first, 0);
    assert.ok(second >= 145, `${second}`);
    const gaps = more.map((time, i) => time - second - 10 * (i + 1));
    assert.ok(
      gaps.every((late) => late >= -1 && late < 10),
      `${more}`,
    );
  });
});

test("pace hands out the rest at endAt, or leaves it out", async (t) => {
  const options = { timetable: new Timetable(100), endAt: performance.now() + 45 };
  assert.equal((await dueTimes(jobs(20), options)).length, 20);
  await unlessBusy(t, async () => {
    const again = { timetable: new Timetable(100), endAt: performance.now() + 45, leavesOut: () => true };
    assert.ok([4, 5].includes((await dueTimes(jobs(20), again)).length));
  });
});

test("pace leaves out a job that its own late timer delays beyond endAt", async () => {
  for (const [leavesOut, expected] of [
    [true, 1],
    [false, 2],
  ] as const) {
    const endAt = performance.now() + 150;
    const blockLoop = async () => {
      setImmediate(() => {
        while (performance.now() < endAt + 5); // the second was requested in time, but its timer of 100 ms is late
      });
    };
    assert.equal(
      (await dueTimes(jobs(2), { timetable: new Timetable(10), endAt, leavesOut: () => leavesOut }, blockLoop)).length,
      expected,
    );
  }
});

test("pace leaves the processor idle between jobs at 1000 a second", async () => {
  const [start, before] = [performance.now(), process.cpuUsage()];
  for await (const _ of pace(jobs(1000), { timetable: new Timetable(1000) }, signal));
  const { user, system } = process.cpuUsage(before);
  const busy = (user + system) / 1000 / (performance.now() - start); // load by other processes does not count
  assert.ok(busy < 0.7, `busy for ${busy} of the time`);
});
