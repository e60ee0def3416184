import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as nodeSleep } from "node:timers/promises";
import {
  ExitError,
  Interrupted,
  Queue,
  sleep,
  type Task,
  type TaskGroup,
  taskGroup,
} from "../../src/concurrency/index.js";
import { collectGarbage } from "../support/collect-garbage.js";
import { isPending, latch, turn } from "../support/latch.js";

const forever = (signal: AbortSignal) => sleep(Number.POSITIVE_INFINITY, { signal });

/** A child that waits for its abort, then fails in its clean-up. */
function failsInCleanUp(error: unknown): Task<void> {
  return (signal) => forever(signal).catch(() => Promise.reject(error));
}

/** Assert that a group failed with an AggregateError of exactly these errors, and return it. */
async function assertFailures(group: Promise<unknown>, ...errors: unknown[]): Promise<AggregateError> {
  const error = await group.then(
    () => assert.fail("the group did not fail"),
    (error) => error,
  );
  assert.ok(error instanceof AggregateError, `expected an AggregateError, got ${error}`);
  assert.equal(error.errors.length, errors.length);
  for (const [i, expected] of errors.entries()) assert.equal(error.errors[i], expected);
  return error;
}

test("taskGroup waits for its children, and handles resolve with their values", async () => {
  const [short, long] = [latch<number>(), latch<string>()];
  const group = taskGroup(async (group) => [
    group.spawn(() => short.passed),
    group.spawn(() => long.passed),
    group.spawn(() => "plain value"),
  ]);
  short.open(1);
  assert.equal(await isPending(group), true);
  long.open("two");
  assert.deepEqual(await Promise.all(await group), [1, "two", "plain value"]);
});

test("taskGroup resolves with the value of its body", async () => {
  assert.equal(await taskGroup(() => "value"), "value");
  assert.equal(await taskGroup(async () => "value"), "value");
});

test("TaskGroup.spawn() starts the child at once", () =>
  taskGroup((group) => {
    let started = false;
    group.spawn(() => {
      started = true;
    });
    assert.equal(started, true);
  }));

test("taskGroup awaits children spawned at different moments", async () => {
  const latches = [latch(), latch(), latch()];
  const finished: number[] = [];
  const group = taskGroup(async ({ spawn }) => {
    for (const [i, { passed }] of latches.entries()) {
      spawn(() => passed.then(() => finished.push(i)));
      await turn();
    }
  });
  for (const { open } of latches.toReversed()) {
    assert.equal(await isPending(group), true);
    open();
  }
  await group;
  assert.deepEqual(finished, [2, 1, 0]);
});

test("TaskHandle.cancel() stops that child alone and is no failure", async () => {
  const finished = await taskGroup(async (group) => {
    const done = latch<string>();
    const sibling = group.spawn(() => done.passed);
    const cancelled = group.spawn(forever);
    cancelled.cancel("not needed");
    await assert.rejects(cancelled, (reason) => reason === "not needed");
    assert.equal(group.signal.aborted, false);
    done.open("finished");
    return sibling;
  });
  assert.equal(finished, "finished");
});

test("TaskHandle.cancel() followed by a failing clean-up is a failure", async () => {
  const broken = new Error("clean-up broke");
  const group = taskGroup((group) => group.spawn(failsInCleanUp(broken)).cancel());
  await assertFailures(group, broken);
});

test("taskGroup aborts the siblings of a failing child", async () => {
  const failure = new Error("broken");
  let completed = 0;
  const group = taskGroup((group) => {
    for (let i = 0; i < 2; i++) group.spawn((signal) => forever(signal).then(() => completed++));
    group.spawn(() => Promise.reject(failure));
  });
  await assertFailures(group, failure);
  assert.equal(completed, 0);
});

test("taskGroup waits until the siblings of a failure have stopped", async () => {
  const cleanedUp = latch();
  const group = taskGroup((group) => {
    group.spawn((signal) => forever(signal).finally(() => cleanedUp.passed));
    group.spawn(() => Promise.reject(new Error("broken")));
  });
  assert.equal(await isPending(group), true);
  cleanedUp.open();
  await assert.rejects(group, AggregateError);
});

test("taskGroup fails if a child throws at once", async () => {
  const failure = new Error("broken");
  const group = taskGroup((group) => {
    group.spawn(() => {
      throw failure;
    });
  });
  await assertFailures(group, failure);
});

test("taskGroup wakes the body on a failure, without listing its cancellation", async () => {
  const [failing, failure] = [latch(), new Error("broken")];
  let reached = false;
  const group = taskGroup(async (group) => {
    group.spawn(() => failing.passed);
    await sleep(60_000, group);
    reached = true;
  });
  failing.fail(failure);
  await assertFailures(group, failure);
  assert.equal(reached, false);
});

test("taskGroup lists an error once that the body awaits as well", async () => {
  const failure = new Error("broken");
  await assertFailures(
    taskGroup((group) => group.spawn(() => Promise.reject(failure))),
    failure,
  );
});

test("taskGroup lists failures in order of time, without cancellations", async () => {
  const [late, early] = [latch(), latch()];
  const group = taskGroup((group) => {
    group.spawn(() => late.passed, { name: "slow disk" });
    group.spawn(forever);
    group.spawn(() => early.passed);
    group.spawn(failsInCleanUp("third"));
  });
  early.fail("first");
  late.fail("second");
  const { message } = await assertFailures(group, "first", "second", "third");
  assert.match(message, /^3 failed .*: unnamed, slow disk, unnamed$/);
});

test("taskGroup lists a failure once that also comes through a handle", async () => {
  const [first, second] = [new Error("first"), new Error("second")];
  const group = taskGroup(async (group) => {
    const cleaning = group.spawn(failsInCleanUp(second));
    group.spawn(() => Promise.reject(first));
    await cleaning;
  });
  await assertFailures(group, first, second);
});

test("taskGroup lists the body's error after a child's", async () => {
  const [ofChild, ofBody] = [new Error("child broke"), new Error("body broke")];
  const group = taskGroup(async (group) => {
    group.spawn(() => Promise.reject(ofChild));
    await sleep(60_000, group).finally(() => {
      throw ofBody;
    });
  });
  await assertFailures(group, ofChild, ofBody);
});

test("taskGroup lists a clean-up error after the body's", async () => {
  const [ofChild, ofBody] = [new Error("child broke"), new Error("body broke")];
  const group = taskGroup((group) => {
    group.spawn(failsInCleanUp(ofChild));
    throw ofBody;
  });
  await assertFailures(group, ofBody, ofChild);
});

test("taskGroup passes an outer abort on and rejects with its reason", async () => {
  const [controller, cleanedUp] = [new AbortController(), latch()];
  const seen: unknown[] = [];
  const group = taskGroup(async (group) => {
    for (let i = 0; i < 2; i++) {
      group.spawn(async (signal) => {
        signal.addEventListener("abort", () => seen.push(signal.reason), { once: true });
        await forever(signal).finally(() => cleanedUp.passed);
      });
    }
    await sleep(60_000, group);
  }, controller);
  controller.abort("enough");
  assert.equal(await isPending(group), true);
  assert.deepEqual(seen, ["enough", "enough"]);
  cleanedUp.open();
  await assert.rejects(group, (reason) => reason === "enough");
});

test("taskGroup takes Node's AbortError for a cancellation, not a failure", async () => {
  const controller = new AbortController();
  const group = taskGroup(async (group) => {
    group.spawn((signal) => nodeSleep(60_000, undefined, { signal }));
    await nodeSleep(60_000, undefined, { signal: group.signal });
  }, controller);
  controller.abort("enough");
  await assert.rejects(group, (reason) => reason === "enough");
});

test("taskGroup never calls the body if its signal has aborted", async () => {
  const group = taskGroup(() => assert.fail("called"), { signal: AbortSignal.abort("too late") });
  await assert.rejects(group, (reason) => reason === "too late");
});

test("taskGroup rejects with clean-up failures instead of the outer reason", async () => {
  const controller = new AbortController();
  const errors = [new Error("first clean-up broke"), new Error("second clean-up broke")];
  const group = taskGroup((group) => {
    group.spawn(forever);
    for (const error of errors) group.spawn(failsInCleanUp(error));
  }, controller);
  controller.abort("enough");
  await assertFailures(group, ...errors);
});

test("taskGroup keeps an inner group's failure as one error", async () => {
  const [controller, broken] = [new AbortController(), new Error("clean-up broke")];
  let inner: Promise<void> | undefined;
  const outer = taskGroup((group) => {
    inner = taskGroup((own) => void own.spawn(failsInCleanUp(broken)), group);
    return inner;
  }, controller);
  controller.abort("enough");
  const ofInner = await assertFailures(inner as Promise<void>, broken);
  await assertFailures(outer, ofInner);
});

test("taskGroup stays aborted when its body catches an inner failure", async () => {
  const [ofInner, ofOuter] = [new Error("inner broke"), new Error("outer broke")];
  const failing = latch();
  let reached = false;
  const outer = taskGroup(async (group) => {
    group.spawn(() => failing.passed.then(() => Promise.reject(ofOuter)));
    const inner = taskGroup(
      (inner) => void inner.spawn(() => failing.passed.then(() => Promise.reject(ofInner))),
      group,
    );
    failing.open();
    await assertFailures(inner, ofInner);
    await sleep(0, group);
    reached = true;
  });
  await assertFailures(outer, ofOuter);
  assert.equal(reached, false);
});

test("taskGroup rejects with a failure from the tick of an outer abort", async () => {
  const [controller, failing, failure] = [new AbortController(), latch(), new Error("broken")];
  const group = taskGroup((group) => void group.spawn(() => failing.passed), controller);
  failing.fail(failure);
  controller.abort("enough");
  await assertFailures(group, failure);
  await assert.rejects(sleep(0, controller), (reason) => reason === "enough");
});

for (const end of [new ExitError(3), new Interrupted("SIGINT")]) {
  test(`taskGroup rejects with ${end.name} itself, after its children have stopped`, async () => {
    const cleanedUp = latch();
    const group = taskGroup((group) => {
      group.spawn((signal) => forever(signal).finally(() => cleanedUp.passed));
      throw end;
    });
    assert.equal(await isPending(group), true);
    cleanedUp.open();
    await assert.rejects(group, (error) => error === end);
  });
}

test("taskGroup waits for children that its children spawn", async () => {
  const [first, second] = [latch(), latch()];
  const group = taskGroup(({ spawn }) => {
    spawn(async () => {
      await first.passed;
      spawn(() => second.passed);
    });
  });
  first.open();
  assert.equal(await isPending(group), true);
  second.open();
  await group;
});

test("taskGroup waits for a child spawned as the last one ends", async () => {
  const [first, second] = [latch(), latch()];
  let bystander: Promise<unknown> | undefined;
  const group = taskGroup(({ spawn }) => {
    spawn(() => first.passed);
    bystander = first.passed.then(() => void spawn(() => second.passed));
  });
  first.open();
  await bystander;
  assert.equal(await isPending(group), true);
  second.open();
  await group;
});

const waysToAbort: [string, (group: TaskGroup, controller: AbortController) => unknown][] = [
  ["cancel()", (group) => group.cancel()],
  ["the outer signal", (_group, controller) => controller.abort()],
  ["a failing child", (group) => group.spawn(() => Promise.reject(new Error("broken"))).catch(() => {})],
];
for (const [name, abort] of waysToAbort) {
  test(`TaskGroup.spawn() throws and starts nothing once ${name} aborts the group`, async () => {
    const controller = new AbortController();
    let refused: unknown;
    let started = false;
    const group = taskGroup(async (group) => {
      await abort(group, controller);
      try {
        group.spawn(() => {
          started = true;
        });
      } catch (error) {
        refused = error;
      }
    }, controller);
    await group.catch(() => {});
    assert.match(String(refused), /the group is aborting/);
    assert.equal(started, false);
  });
}

for (const [name, error] of [
  ["normally", undefined],
  ["with an error", new Error("broken")],
] as const) {
  test(`TaskGroup.spawn() throws and starts nothing once the group has ended ${name}`, async () => {
    let left: TaskGroup | undefined;
    const group = taskGroup((group) => {
      left = group;
      if (error) throw error;
    });
    await group.catch(() => {});
    assert.throws(() => left?.spawn(() => assert.fail("started")), /the group is closed/);
  });
}

test("taskGroup forgets children that have ended", async () => {
  await taskGroup(async (group) => {
    const signals: WeakRef<AbortSignal>[] = [];
    const results: WeakRef<object>[] = [];
    for (let i = 0; i < 200; i++) {
      const result = await group.spawn((signal) => {
        signals.push(new WeakRef(signal));
        return { i };
      });
      results.push(new WeakRef(result));
    }
    await collectGarbage();
    for (const refs of [signals, results]) {
      const left = refs.filter((ref) => ref.deref() !== undefined);
      assert.ok(left.length < 10, `${left.length} of ${refs.length} are still held`);
    }
  });
});

test("TaskGroup.cancel() stops body and children and is no error", async () => {
  let group: TaskGroup | undefined;
  const reasons: unknown[] = [];
  const ended = taskGroup(async (own) => {
    group = own;
    own.spawn((signal) => forever(signal).finally(() => reasons.push(signal.reason)));
    await sleep(60_000, own).finally(() => reasons.push(own.signal.reason));
    return "not reached";
  });
  group?.cancel("found it");
  group?.cancel("a second reason");
  assert.equal(await ended, undefined);
  assert.deepEqual(reasons, ["found it", "found it"]);
});

test("TaskGroup.cancel() keeps the value of a body that goes on", async () => {
  const value = await taskGroup((group) => {
    group.spawn(forever);
    group.cancel();
    return "found it";
  });
  assert.equal(value, "found it");
});

test("TaskGroup.cancel() followed by a failing clean-up is a failure", async () => {
  const broken = new Error("clean-up broke");
  const group = taskGroup((group) => {
    group.spawn(failsInCleanUp(broken));
    group.cancel();
  });
  await assertFailures(group, broken);
});

test("TaskGroup.cancel() after TaskHandle.cancel() of the same child is no failure", async () => {
  await taskGroup((group) => {
    group.spawn(() => sleep(60_000, group)).cancel("ignored");
    group.cancel("found it");
  });
});

test("TaskHandle rejects with the original error, and may be ignored", async () => {
  const [ignored, awaited] = [new Error("ignored"), new Error("awaited")];
  const group = taskGroup(async (group) => {
    group.spawn(() => Promise.reject(ignored));
    const handle = group.spawn(failsInCleanUp(awaited));
    await turn(); // the hygiene hook would report an unhandled rejection
    await assert.rejects(handle, (error) => error === awaited);
  });
  await assertFailures(group, ignored, awaited);
});

test("taskGroup awaits a child that ignores the abort", async () => {
  const [controller, done] = [new AbortController(), latch<string>()];
  const group = taskGroup((group) => void group.spawn(() => done.passed), controller);
  controller.abort("enough");
  assert.equal(await isPending(group), true);
  done.open("a value nobody wants");
  await assert.rejects(group, (reason) => reason === "enough");
});

test("taskGroup keeps a failure beside an ExitError as its cause", async () => {
  const failure = new Error("the child failed as well");
  const stopped = taskGroup(async (group) => {
    group.spawn(() => Promise.reject(failure));
    throw new ExitError(3, "enough");
  });
  await assert.rejects(stopped, (error) => {
    assert.ok(error instanceof ExitError && error.cause instanceof AggregateError);
    assert.deepEqual(error.cause.errors, [failure]);
    return true;
  });
});

test("taskGroup delivers a value from before the abort in the same tick", async () => {
  const [queue, controller] = [new Queue<string>(), new AbortController()];
  const group = taskGroup((group) => group.spawn((signal) => queue.get({ signal })), controller);
  queue.putNowait("item");
  controller.abort("too late");
  assert.equal(await group, "item");
});

test("taskGroup lists a failure, but not the spawn that it made impossible", async () => {
  const group = taskGroup((group) => {
    group.spawn(() => {
      throw new Error("broken at once");
    });
    group.spawn(forever);
  });
  await assert.rejects(group, (error) => {
    assert.ok(error instanceof AggregateError);
    assert.deepEqual(error.errors, [new Error("broken at once")]);
    return true;
  });
});

test("TaskGroup.tasks lists the running children with names, and can cancel each", async () => {
  await taskGroup(async (group) => {
    const waiting = group.spawn(forever, { name: "waits" });
    group.spawn(forever);
    assert.deepEqual(
      group.tasks.map(({ name }) => name),
      ["waits", undefined],
    );
    group.tasks[0]?.cancel("enough");
    await assert.rejects(waiting, (reason) => reason === "enough");
    assert.equal(group.tasks.length, 1);
    group.cancel();
  });
});

test("taskGroup delivers a value at every microtask at which the abort may follow it", async () => {
  for (let microtasks = 0; microtasks < 6; microtasks++) {
    const [queue, controller] = [new Queue<string>(), new AbortController()];
    const group = taskGroup(({ signal }) => queue.get({ signal }), controller);
    queue.putNowait("item");
    for (let i = 0; i < microtasks; i++) await undefined;
    controller.abort("too late");
    assert.equal(await group, "item", `after ${microtasks} microtasks`);
  }
});

test("taskGroup rejects with the plain reason though a task then spawns into the outer group", async () => {
  const controller = new AbortController();
  const stopped = taskGroup(
    (outer) =>
      taskGroup(
        async (inner) => {
          await forever(inner.signal).catch(() => {});
          outer.spawn(forever);
        },
        { signal: outer.signal },
      ),
    controller,
  );
  controller.abort("enough");
  await assert.rejects(stopped, (reason) => reason === "enough");
});
