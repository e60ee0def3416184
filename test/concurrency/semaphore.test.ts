import "../support/hygiene.js";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { Semaphore, timeout } from "../../src/concurrency/index.js";
import { gate, isPending, turn } from "../support/gate.js";

test("SEM-01 Semaphore lets in as many as it has permits; the next one waits for a release", async () => {
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

test("SEM-02 Semaphore serves as many waiters as permits are released in one tick, first come first served", async () => {
  const semaphore = new Semaphore(2);
  const holders = [await semaphore.acquire(), await semaphore.acquire()];
  const served: string[] = [];
  for (const name of ["first", "second", "third"]) semaphore.acquire().then(() => served.push(name));
  for (const leave of holders) leave();
  await turn();
  assert.deepEqual(served, ["first", "second"]);
  assert.equal(semaphore.waiting, 1);
});

test("SEM-02 Semaphore sends a holder that acquires again to the back of the line", async () => {
  const semaphore = new Semaphore(1);
  let turns = "";
  async function worker(name: string): Promise<void> {
    for (let round = 0; round < 3; round++) await semaphore.use(() => (turns += name));
  }
  await Promise.all([worker("a"), worker("b"), worker("c")]);
  assert.equal(turns, "abcabcabc");
});

test("SEM-03 a freed permit of a Semaphore belongs to the first waiter: no newcomer barges in", async () => {
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

test("SEM-03 tryAcquire takes a permit only if one is free", async () => {
  const semaphore = new Semaphore(1);
  const leave = semaphore.tryAcquire();
  assert.equal(semaphore.tryAcquire(), undefined);
  leave?.();
  assert.equal(semaphore.available, 1);
});

for (const position of [0, 1, 2]) {
  test(`SEM-04 an aborted waiter of a Semaphore is skipped, the others keep their order (waiter ${position})`, async () => {
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

test("SEM-04 abort, then release in one tick: the permit goes to the next waiter of the Semaphore", async () => {
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

test("SEM-04 release, then abort in one tick: the permit is the first waiter's, who can give it back", async () => {
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

test("SEM-04 one signal ends 1000 waits for a Semaphore without a warning or a listener left behind", async () => {
  const semaphore = new Semaphore(0, { max: 1 });
  const controller = new AbortController();
  const waits = Array.from({ length: 1000 }, () => semaphore.acquire(controller));
  assert.equal(semaphore.waiting, 1000);
  controller.abort("closing");
  const outcomes = await Promise.allSettled(waits);
  assert.ok(outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason === "closing"));
  assert.deepEqual([semaphore.waiting, getEventListeners(controller.signal, "abort").length], [0, 0]);
});

test("SEM-07 a Semaphore may start without permits: acquire waits for the first release", async () => {
  const semaphore = new Semaphore(0, { max: 1 });
  assert.equal(semaphore.tryAcquire(), undefined);
  const entered = semaphore.acquire();
  assert.equal(await isPending(entered), true);
  semaphore.release();
  await entered;
});

for (const permits of [-1, 1.5, Number.NaN, "3", undefined]) {
  test(`SEM-07 Semaphore refuses ${String(permits)} (${typeof permits}) permits`, () => {
    assert.throws(() => new Semaphore(permits as number), {
      name: "RangeError",
      message: new RegExp(`permits must .* got ${permits}`),
    });
  });
}

for (const max of [1, 2.5, Number.NaN]) {
  test(`SEM-07 Semaphore of 2 permits refuses a max of ${max}`, () => {
    assert.throws(() => new Semaphore(2, { max }), {
      name: "RangeError",
      message: new RegExp(`max must .* got ${max}`),
    });
  });
}

test("SEM-08 releasing a Semaphore more often than it was acquired throws and changes nothing", async () => {
  const semaphore = new Semaphore(1);
  assert.throws(() => semaphore.release(), RangeError);
  assert.equal(semaphore.available, 1);
  await semaphore.acquire();
  semaphore.release();
  assert.throws(() => semaphore.release(), RangeError);
  assert.equal(semaphore.available, 1);
});

test("SEM-08 `max` lets a Semaphore grow beyond the permits it started with, and no further", () => {
  const semaphore = new Semaphore(1, { max: 2 });
  semaphore.release();
  assert.throws(() => semaphore.release(), RangeError);
  assert.equal(semaphore.available, 2);
});

test("SEM-09 use holds a permit while the function runs, returns its value and gives the permit back", async () => {
  const semaphore = new Semaphore(1);
  const work = gate<string>();
  const result = semaphore.use(() => work.passed);
  assert.equal(semaphore.available, 0);
  work.open("done");
  assert.equal(await result, "done");
  assert.equal(semaphore.available, 1);
});

test("SEM-09 use gives the permit back when the function throws or rejects, and passes the error through", async () => {
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

test("SEM-09 a permit of a Semaphore is Disposable: `using` gives it back at the end of the block", async () => {
  const semaphore = new Semaphore(1);
  async function work(): Promise<void> {
    using _permit = await semaphore.acquire();
    assert.equal(semaphore.available, 0);
    throw new Error("broken");
  }
  await assert.rejects(work(), { message: "broken" });
  assert.equal(semaphore.available, 1);
});

test("SEM-10 the release token of a Semaphore works once: a second call does not free somebody else's permit", async () => {
  const semaphore = new Semaphore(1);
  const leave = await semaphore.acquire();
  leave();
  await semaphore.acquire();
  leave();
  leave[Symbol.dispose]();
  assert.equal(semaphore.available, 0);
});

test("SEM-11 use never calls the function if the wait for the Semaphore is aborted", async () => {
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

test("SEM-11 use never calls the function if the wait for the Semaphore times out", async () => {
  const semaphore = new Semaphore(1);
  const leave = await semaphore.acquire();
  const result = timeout(1, (signal) => semaphore.use(() => assert.fail("called"), { signal }));
  await assert.rejects(result, { name: "TimeoutError" });
  leave();
  await turn();
  assert.equal(semaphore.available, 1);
});

test("SEM-11 release, then abort in one tick: use calls the function, for the permit came first", async () => {
  const semaphore = new Semaphore(1);
  const leave = await semaphore.acquire();
  const controller = new AbortController();
  const result = semaphore.use(() => "called", controller);
  leave();
  controller.abort();
  assert.equal(await result, "called");
  assert.equal(semaphore.available, 1);
});

test("QUEUE-18 an already aborted signal gets no permit of a free Semaphore", async () => {
  const semaphore = new Semaphore(1);
  const signal = AbortSignal.abort("too late");
  await assert.rejects(semaphore.acquire({ signal }), (reason) => reason === "too late");
  const used = semaphore.use(() => assert.fail("called"), { signal });
  await assert.rejects(used, (reason) => reason === "too late");
  assert.equal(semaphore.available, 1);
});
