import "../support/hygiene.js";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { Semaphore, timeout } from "../../src/concurrency/index.js";
import { isPending, latch, turn } from "../support/latch.js";
import { startProgram } from "../support/program.js";

test("Semaphore admits as many holders as it has permits", async () => {
  const semaphore = new Semaphore(2);
  const leave = await semaphore.acquire();
  await semaphore.acquire();
  const third = semaphore.acquire();
  assert.deepEqual([semaphore.available, semaphore.waiting], [0, 1]);
  assert.equal(await isPending(third), true);
  leave();
  await third;
  assert.deepEqual([semaphore.available, semaphore.waiting], [0, 0]);
});

test("Semaphore serves waiters in order, one per released permit", async () => {
  const semaphore = new Semaphore(2);
  const holders = [await semaphore.acquire(), await semaphore.acquire()];
  const served: string[] = [];
  for (const name of ["first", "second", "third"]) semaphore.acquire().then(() => served.push(name));
  for (const leave of holders) leave();
  await turn();
  assert.deepEqual(served, ["first", "second"]);
  assert.equal(semaphore.waiting, 1);
});

test("Semaphore puts a holder that acquires again last in line", async () => {
  const semaphore = new Semaphore(1);
  let turns = "";
  async function worker(name: string): Promise<void> {
    for (let round = 0; round < 3; round++) await semaphore.use(() => (turns += name));
  }
  await Promise.all([worker("a"), worker("b"), worker("c")]);
  assert.equal(turns, "abcabcabc");
});

test("Semaphore hands a freed permit to the first waiter", async () => {
  const semaphore = new Semaphore(1);
  const leave = await semaphore.acquire();
  const served: string[] = [];
  const waiter = semaphore.acquire().then(() => served.push("waiter"));
  leave();
  assert.equal(semaphore.available, 0);
  assert.equal(semaphore.tryAcquire(), undefined);
  const newcomer = semaphore.acquire().then(() => served.push("newcomer"));
  await waiter;
  assert.equal(await isPending(newcomer), true);
  semaphore.release();
  await newcomer;
  assert.deepEqual(served, ["waiter", "newcomer"]);
});

test("Semaphore.tryAcquire() takes only a free permit", async () => {
  const semaphore = new Semaphore(1);
  const leave = semaphore.tryAcquire();
  assert.equal(semaphore.tryAcquire(), undefined);
  leave?.();
  assert.equal(semaphore.available, 1);
});

for (const position of [0, 1, 2]) {
  test(`Semaphore skips an aborted waiter and keeps the order (waiter ${position})`, async () => {
    const semaphore = new Semaphore(0, { max: 3 });
    const quitter = new AbortController();
    const served: number[] = [];
    const waits = [0, 1, 2].map(async (i) => {
      await semaphore.acquire(i === position ? quitter : {});
      served.push(i);
    });
    quitter.abort("no time");
    await assert.rejects(waits[position] as Promise<void>, (reason) => reason === "no time");
    assert.equal(semaphore.waiting, 2);
    semaphore.release();
    semaphore.release();
    await turn();
    assert.deepEqual(
      served,
      [0, 1, 2].filter((i) => i !== position),
    );
    semaphore.release();
    assert.equal(semaphore.available, 1, "the aborted wait cost no permit");
  });
}

test("Semaphore serves the next waiter if the abort precedes the release", async () => {
  const semaphore = new Semaphore(1);
  const leave = await semaphore.acquire();
  const quitter = new AbortController();
  const first = semaphore.acquire(quitter);
  const second = semaphore.acquire();
  quitter.abort(null);
  leave();
  await assert.rejects(first, (reason) => reason === null);
  await second;
});

test("Semaphore serves the first waiter if the abort follows the release", async () => {
  const semaphore = new Semaphore(1);
  const leave = await semaphore.acquire();
  const quitter = new AbortController();
  const first = semaphore.acquire(quitter);
  const second = semaphore.acquire();
  leave();
  quitter.abort();
  const leaveAgain = await first;
  assert.equal(await isPending(second), true);
  leaveAgain();
  await second;
});

test("Semaphore keeps no waiter and no listener of 1000 aborted waits", async () => {
  const semaphore = new Semaphore(0, { max: 1 });
  const controller = new AbortController();
  const waits = Array.from({ length: 1000 }, () => semaphore.acquire(controller));
  assert.equal(semaphore.waiting, 1000);
  controller.abort("closing");
  const outcomes = await Promise.allSettled(waits);
  assert.ok(outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason === "closing"));
  assert.deepEqual([semaphore.waiting, getEventListeners(controller.signal, "abort").length], [0, 0]);
});

test("Semaphore may start without permits and wait for a release", async () => {
  const semaphore = new Semaphore(0, { max: 1 });
  assert.equal(semaphore.tryAcquire(), undefined);
  const entered = semaphore.acquire();
  assert.equal(await isPending(entered), true);
  semaphore.release();
  await entered;
});

for (const permits of [-1, 1.5, Number.NaN, "3", undefined]) {
  test(`Semaphore refuses ${String(permits)} (${typeof permits}) permits`, () => {
    assert.throws(() => new Semaphore(permits as number), {
      name: "RangeError",
      message: new RegExp(`permits must .* got ${permits}`),
    });
  });
}

for (const max of [1, 2.5, Number.NaN]) {
  test(`Semaphore of 2 permits refuses a max of ${max}`, () => {
    assert.throws(() => new Semaphore(2, { max }), {
      name: "RangeError",
      message: new RegExp(`max must .* got ${max}`),
    });
  });
}

test("Semaphore.release() throws beyond the permits that were acquired", async () => {
  const semaphore = new Semaphore(1);
  assert.throws(() => semaphore.release(), RangeError);
  assert.equal(semaphore.available, 1);
  await semaphore.acquire();
  semaphore.release();
  assert.throws(() => semaphore.release(), RangeError);
  assert.equal(semaphore.available, 1);
});

test("Semaphore.release() may add permits up to `max`", () => {
  const semaphore = new Semaphore(1, { max: 2 });
  semaphore.release();
  assert.throws(() => semaphore.release(), RangeError);
  assert.equal(semaphore.available, 2);
});

test("Semaphore.use() holds a permit while the function runs", async () => {
  const semaphore = new Semaphore(1);
  const work = latch<string>();
  const result = semaphore.use(() => work.passed);
  assert.equal(semaphore.available, 0);
  work.open("done");
  assert.equal(await result, "done");
  assert.equal(semaphore.available, 1);
});

test("Semaphore.use() returns the permit after an error and passes it on", async () => {
  const semaphore = new Semaphore(1);
  const error = new Error("broken");
  const throws = () => {
    throw error;
  };
  for (const fn of [throws, () => Promise.reject(error)]) {
    await assert.rejects(semaphore.use(fn), (thrown) => thrown === error);
    assert.equal(semaphore.available, 1);
  }
});

test("Semaphore permits are Disposable, for `using`", async () => {
  const semaphore = new Semaphore(1);
  async function work(): Promise<void> {
    using _permit = await semaphore.acquire();
    assert.equal(semaphore.available, 0);
    throw new Error("broken");
  }
  await assert.rejects(work(), { message: "broken" });
  assert.equal(semaphore.available, 1);
});

test("Semaphore permits are released once, even if called twice", async () => {
  const semaphore = new Semaphore(1);
  const leave = await semaphore.acquire();
  leave();
  await semaphore.acquire();
  leave();
  leave[Symbol.dispose]();
  assert.equal(semaphore.available, 0);
});

test("Semaphore keeps nothing of a million aborted waits", async () => {
  const { exitCode, stdout } = await startProgram("aborts-many-waits");
  assert.equal(exitCode, 0);
  assert.ok(Number(stdout) < 10, `${stdout} MiB more`);
});

test("Semaphore.use() never calls the function if the wait is aborted", async () => {
  const semaphore = new Semaphore(1);
  const leave = await semaphore.acquire();
  const controller = new AbortController();
  const reason = new Error("enough");
  const result = semaphore.use(() => assert.fail("called"), controller);
  controller.abort(reason);
  leave();
  await assert.rejects(result, (error) => error === reason);
  assert.equal(semaphore.available, 1);
});

test("Semaphore.use() never calls the function if the wait times out", async () => {
  const semaphore = new Semaphore(1);
  const leave = await semaphore.acquire();
  const result = timeout(1, (signal) => semaphore.use(() => assert.fail("called"), { signal }));
  await assert.rejects(result, { name: "TimeoutError" });
  leave();
  await turn();
  assert.equal(semaphore.available, 1);
});

test("Semaphore.use() calls the function if the abort follows the release", async () => {
  const semaphore = new Semaphore(1);
  const leave = await semaphore.acquire();
  const controller = new AbortController();
  const result = semaphore.use(() => "called", controller);
  leave();
  controller.abort();
  assert.equal(await result, "called");
  assert.equal(semaphore.available, 1);
});

test("Semaphore.acquire() takes no free permit if its signal has aborted", async () => {
  const semaphore = new Semaphore(1);
  const signal = AbortSignal.abort("too late");
  await assert.rejects(semaphore.acquire({ signal }), (reason) => reason === "too late");
  const used = semaphore.use(() => assert.fail("called"), { signal });
  await assert.rejects(used, (reason) => reason === "too late");
  assert.equal(semaphore.available, 1);
});
