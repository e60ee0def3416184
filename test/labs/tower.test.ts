/** Every tier of lab tower holds, and has a mutation: code that does not do what the claim says, so that it is ✘. */
import "../support/hygiene.js";
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Executor, Queue } from "../../src/concurrency/index.js";
import { coroutine } from "../../src/labs/tower/coroutine.js";
import { eventLoop } from "../../src/labs/tower/event-loop.js";
import { executor } from "../../src/labs/tower/executor.js";
import { future } from "../../src/labs/tower/future.js";
import * as calls from "../../src/labs/tower/pool-calls.js";
import { protocol } from "../../src/labs/tower/protocol.js";
import { queue } from "../../src/labs/tower/queue.js";
import { streams } from "../../src/labs/tower/streams.js";
import { task } from "../../src/labs/tower/task.js";
import type { Tier } from "../../src/labs/tower/tier.js";
import { tiers } from "../../src/labs/tower/tiers.js";
import { transport } from "../../src/labs/tower/transport.js";
import { tower } from "../../src/labs/tower.js";
import { assertFails } from "../support/strict.js";

const { signal } = new AbortController();

/** The call runs at once, in the submitting thread. */
const noPool = () =>
  ({ submit: async () => calls.sumTo(100), shutdown: async () => {} }) as unknown as Executor<typeof calls>;

/** The last result wins. */
function lateFuture() {
  let last = 0;
  const promise = new Promise<number>((resolve) => setImmediate(() => resolve(last)));
  return {
    promise,
    resolve(value: number) {
      last = value;
    },
  };
}

/** The notes' `while message := await queue.get()`: it ends at 0. */
async function readWhileTrue(fed: Queue<number>): Promise<number[]> {
  const got: number[] = [];
  for (let item = await fed.get(); item; item = await fed.get()) got.push(item);
  return got;
}

/** Sockets, servers, processes and threads of this process. A handle closed just now is gone after a turn or two. */
async function openHandles(): Promise<string[]> {
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  const isOpen = (name: string) => /Socket|Server|UDP|Process|Worker|MessagePort|Pipe/.test(name);
  return process.getActiveResourcesInfo().filter(isOpen).sort();
}

/** By tier, its check with something in it broken. */
const mutations: Record<number, Tier["check"]> = {
  1: () =>
    coroutine(async (log) => {
      log.push("f begins", "f ends");
      return 123;
    }),
  2: (own) => eventLoop(own, 0),
  3: () => future(lateFuture),
  4: (own) => task(own, () => Promise.resolve()),
  5: (own) => executor(own, { makePool: noPool }),
  6: (own) => queue(own, readWhileTrue),
  7: (own) => transport(own, ({ port, host }) => connect(port, host)),
  8: (own) => protocol(own, (question) => question),
  9: (own) => streams(own, (line) => line),
};

/** By tier, its check with an abort in the midst of its talk. */
const cutShort: Record<number, (signal: AbortSignal, abort: () => void) => Promise<unknown>> = {
  7: (own, abort) => transport(own, (options) => connect(options).once("connect", abort)),
  8: (own, abort) => protocol(own, abortFirst(abort)),
  9: (own, abort) => streams(own, abortFirst(abort)),
};

function abortFirst(abort: () => void): (text: string) => string {
  return (text) => {
    abort();
    return text;
  };
}

test("tower tries all nine tiers, which hold, and marks the essential ones", async () => {
  const report = await tower({}, { signal });
  assert.deepEqual(
    report.findings.filter(({ holds }) => !holds),
    [],
  );
  assert.deepEqual(
    report.tiers.map(({ tier }) => tier),
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
  assert.deepEqual(
    report.tiers.filter(({ essential }) => essential).map(({ tier }) => tier),
    [1, 2, 5, 6, 9],
  );
  const keys = ["tier", "asyncio", "node", "essential", "claim", "measured", "holds"];
  for (const row of report.tiers) assert.deepEqual(Object.keys(row), keys);
  assert.deepEqual(
    report.findings,
    report.tiers.map(({ claim, measured, holds }) => ({ claim, measured, holds })),
  );
});

for (const sound of tiers) {
  const number = sound.tier;
  test(`tower's tier ${number} does not hold once mutated, and --strict ends with 1`, async () => {
    const check = mutations[number];
    assert.ok(check);
    assertFails(await tower({}, { signal }, [{ ...sound, check }]), /./);
  });

  test(`tower's tier ${number} rejects with its signal's reason, and leaves nothing open`, async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const before = await openHandles();
    const check: Tier["check"] = (own) => {
      queueMicrotask(() => controller.abort(reason));
      return sound.check(own);
    };
    const running = tower({}, { signal: controller.signal }, [{ ...sound, check }]);
    await assert.rejects(running, (error) => error === reason);
    assert.deepEqual(await openHandles(), before);
  });
}

for (const [number, check] of Object.entries(cutShort)) {
  test(`tower's tier ${number} rejects with its signal's reason in the midst of its talk`, async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const before = await openHandles();
    const running = check(controller.signal, () => controller.abort(reason));
    await assert.rejects(running, (error) => error === reason);
    assert.deepEqual(await openHandles(), before);
  });
}

test("executor does not hold for a program that does not end, and kills it", async () => {
  const { measured, holds } = await executor(signal, { code: "setInterval(() => {}, 1000)", limitMs: 300 });
  assert.equal(holds, false);
  assert.match(measured, /; process \d+ had not ended after 0.3 s$/);
});

test("executor names the signal that ended its program", async () => {
  const { measured, holds } = await executor(signal, { code: "process.kill(process.pid, 'SIGTERM')" });
  assert.equal(holds, false);
  assert.match(measured, /; process \d+ printed nothing, ended by SIGTERM$/);
});
