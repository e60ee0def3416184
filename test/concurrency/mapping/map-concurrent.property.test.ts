import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mapConcurrent, streamConcurrent } from "../../../src/concurrency/index.js";
import { turn } from "../../support/latch.js";

/** Work that takes some turns of the event loop. It may fail, or stop for its signal. */
interface Job {
  turns: number;
  fails: boolean;
  stops: boolean;
}
const job: fc.Arbitrary<Job> = fc.record({
  turns: fc.integer({ min: 1, max: 5 }),
  fails: fc.nat(9).map((n) => n === 0),
  stops: fc.boolean(),
});
const jobs = fc.array(job, { maxLength: 12 });
const someJobs = fc.array(job, { minLength: 1, maxLength: 12 });
const concurrency = fc.integer({ min: 1, max: 4 });
const patience = fc.option(fc.nat(12), { nil: Number.POSITIVE_INFINITY });

test("mapConcurrent behaves like a plain model for any durations and failures", async () => {
  await fc.assert(
    fc.asyncProperty(jobs, concurrency, fc.boolean(), fc.boolean(), async (jobs, concurrency, settle, later) => {
      const site = new Site(jobs, concurrency);
      const opts = { concurrency, settle: settle as false };
      const { value, error } = await outcome(mapConcurrent(later ? site.later() : site.input(), site.work, opts));

      assert.equal(site.running, 0, "every started job has ended");
      if (settle) assert.deepEqual(value, jobs.map(report));
      else if (site.ended.some(fails)) assert.equal(error, site.ended.find(fails), "the first failure in time");
      else assert.deepEqual(value, [...jobs.keys()]);
      if (value) assert.equal(site.mostRunning, Math.min(concurrency, jobs.length));
    }),
    { numRuns: 300 },
  );
});

test("mapConcurrent rejects with an abort's reason unless a failure or the end came first", async () => {
  await fc.assert(
    fc.asyncProperty(someJobs, concurrency, fc.nat(12), async (jobs, concurrency, turns) => {
      const site = new Site(jobs, concurrency);
      const controller = new AbortController();
      let open = true;
      const opts = { concurrency, signal: controller.signal };
      const mapping = outcome(mapConcurrent(site.input(), site.work, opts)).finally(() => {
        open = false;
      });
      for (let i = 0; i < turns; i++) await turn();
      const first = open ? (site.ended.find(fails) ?? "aborted") : undefined;
      const startedBefore = site.started;
      controller.abort("aborted");

      const { error } = await mapping;
      assert.equal(site.running, 0);
      assert.equal(site.started, startedBefore, "nothing starts after the abort");
      if (first) assert.equal(error, first);
    }),
    { numRuns: 300 },
  );
});

test("streamConcurrent behaves like a plain model for any pace of the consumer", async () => {
  const opts = fc.record({ concurrency, buffer: fc.integer({ min: 1, max: 6 }), ordered: fc.boolean() });
  const pauses = fc.array(fc.nat(4), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(jobs, opts, fc.boolean(), pauses, patience, async (jobs, opts, later, pauses, wanted) => {
      const site = new Site(jobs, Math.min(opts.concurrency, opts.buffer));
      const stream = streamConcurrent(later ? site.later() : site.input(), site.work, opts);
      const values: number[] = [];
      async function consume(): Promise<void> {
        while (values.length < wanted) {
          const asked = values.length + 1;
          site.limit = asked + opts.buffer;
          const step = await stream.next();
          if (step.done) return;
          values.push(step.value);
          for (let i = 0; i < (pauses[values.length % pauses.length] as number); i++) {
            await turn();
            assert.ok(site.started - values.length <= opts.buffer, "the buffer limits the work ahead");
          }
        }
        await stream.return?.();
      }
      const { error } = await outcome(consume());

      assert.equal(site.running, 0, "every started job has ended");
      const order = opts.ordered ? jobs.map(result) : site.ended;
      const good = order.findIndex(fails) === -1 ? order : order.slice(0, order.findIndex(fails));
      assert.deepEqual(values, good.slice(0, wanted));
      assert.equal(error, values.length < wanted ? order.find(fails) : undefined);
    }),
    { numRuns: 500 },
  );
});

/** The outcome of the job at `index`: its index, or the text it throws. */
const result = ({ fails }: Job, index: number): number | string => (fails ? `job ${index} failed` : index);
const fails = (result: number | string) => typeof result === "string";
const report = (job: Job, index: number) =>
  job.fails ? { status: "rejected", reason: result(job, index) } : { status: "fulfilled", value: index };

async function outcome<T>(promise: Promise<T>): Promise<{ value?: T; error?: unknown }> {
  return promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
}

/** Does the jobs, and asserts that never too many are pulled or running. */
class Site {
  /** How many jobs may have been started by now. */
  limit = Number.POSITIVE_INFINITY;
  started = 0;
  running = 0;
  mostRunning = 0;
  /** The outcomes of the jobs, in the order of time. */
  readonly ended: (number | string)[] = [];
  readonly #jobs: Job[];
  readonly #room: number;
  #pulled = 0;

  constructor(jobs: Job[], room: number) {
    this.#jobs = jobs;
    this.#room = room;
  }

  *input(): Generator<Job> {
    for (const job of this.#jobs) {
      this.#pulled++;
      assert.ok(this.#pulled - this.ended.length <= this.#room, "too many pulled");
      yield job;
    }
  }

  async *later(): AsyncGenerator<Job> {
    yield* this.input();
  }

  readonly work = async (job: Job, index: number, signal: AbortSignal): Promise<number> => {
    this.started++;
    assert.ok(this.started <= this.limit, "too many started ahead");
    this.running++;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    try {
      for (let i = 0; i < job.turns; i++) {
        await turn();
        if (job.stops) signal.throwIfAborted();
      }
      if (job.fails) throw result(job, index);
      return index;
    } finally {
      this.running--;
      this.ended.push(result(job, index));
    }
  };
}
