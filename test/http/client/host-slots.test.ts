import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { FetchError } from "../../../src/http/client/fetch-error.js";
import { HostSlots, type Slot } from "../../../src/http/client/host-slots.js";
import { type Latch, latch, turn } from "../../support/latch.js";

const { signal } = new AbortController();
const far = () => ({ at: Number.POSITIVE_INFINITY, timeoutMs: 1000 });

/** Requests that wait until the test lets them go on. */
class Requests {
  readonly slots: Record<string, Slot> = {};
  readonly #leave: Record<string, Latch> = {};
  readonly #done: Record<string, Promise<void>> = {};
  readonly #hostSlots: HostSlots;

  constructor(hostSlots: HostSlots) {
    this.#hostSlots = hostSlots;
  }

  /** The names of the requests that have a slot. */
  get there(): string[] {
    return Object.keys(this.slots);
  }

  start(name: string, host: string, own = signal): Promise<void> {
    const leave = latch();
    this.#leave[name] = leave;
    const work = (slot: Slot) => {
      this.slots[name] = slot;
      return leave.passed;
    };
    const done = this.#hostSlots.use(host, work, own);
    this.#done[name] = done;
    return done;
  }

  async end(...names: string[]): Promise<void> {
    for (const name of names) {
      this.#leave[name]?.open();
      await this.#done[name];
      delete this.slots[name];
      await turn();
    }
  }
}

test("HostSlots admits perHost requests per host and inAll in total, in order", async () => {
  const requests = new Requests(new HostSlots({ perHost: 2, inAll: 3 }));
  for (const name of ["a1", "a2", "a3", "b1", "b2"]) void requests.start(name, name.charAt(0));
  await turn();
  assert.deepEqual(requests.there, ["a1", "a2", "b1"]);
  await requests.end("a1");
  assert.deepEqual(requests.there, ["a2", "b1", "b2"], "b2 was the first to wait for a slot of all");
  await requests.end("b1");
  assert.deepEqual(requests.there, ["a2", "b2", "a3"]);
  await requests.end("b2", "a2");
  for (const name of ["a4", "a5"]) void requests.start(name, "a");
  await turn();
  assert.deepEqual(requests.there, ["a3", "a4"], "a3 kept its slot though nobody waited");
  await requests.end("a3", "a4", "a5");
});

test("Slot.moveTo() waits in turn at the other host, without a deadlock of two", async () => {
  const requests = new Requests(new HostSlots({ perHost: 1, inAll: 2 }));
  for (const [name, host] of [
    ["1", "a"],
    ["2", "b"],
    ["3", "b"],
  ] as const)
    void requests.start(name, host);
  await turn();
  const [one, two] = [requests.slots["1"] as Slot, requests.slots["2"] as Slot];
  const moved: string[] = [];
  const moving = [
    one.moveTo("b", far()).then(() => moved.push("1 to b")),
    two.moveTo("a", far()).then(() => moved.push("2 to a")),
  ];
  await turn();
  assert.deepEqual([moved, requests.there], [["2 to a"], ["1", "2", "3"]], "3 had been waiting for b before");
  await requests.end("3");
  await Promise.all(moving);
  await one.moveTo("b", far()); // is there
  await requests.end("1", "2");
});

test("Slot.moveTo() defers the deadline by its wait, but never beyond endAt", async () => {
  for (const endAt of [undefined, performance.now() + 20_000, performance.now()]) {
    const requests = new Requests(new HostSlots({ perHost: 1, inAll: 9, endAt }));
    void requests.start("1", "a");
    void requests.start("2", "b");
    await turn();
    const slot = requests.slots["1"] as Slot;
    const at = performance.now() + 10_000;
    const deadline = { at, timeoutMs: 10_000 };
    const moving = slot.moveTo("b", deadline);
    moving.catch(() => {});
    await turn();
    assert.equal(deadline.at, at);
    await requests.end("2");
    if (endAt !== undefined && endAt < at) {
      await assert.rejects(moving, (error) => error instanceof FetchError && error.class === "timeout");
      assert.equal(deadline.at, endAt);
    } else {
      await moving;
      assert.ok(slot.waitedMs > 0);
      assert.ok(Math.abs(deadline.at - at - slot.waitedMs) < 0.001, `${deadline.at - at}, ${slot.waitedMs} ms`);
    }
    await requests.end("1");
  }
});

test("HostSlots loses no slot when a waiting request is cancelled", async () => {
  const requests = new Requests(new HostSlots({ perHost: 1, inAll: 2 }));
  const stop = new AbortController();
  void requests.start("1", "a");
  void requests.start("2", "b");
  const waiting = [requests.start("3", "a", stop.signal), requests.start("4", "c", stop.signal)];
  await turn();
  stop.abort("enough");
  for (const each of waiting) await assert.rejects(each, (reason) => reason === "enough");
  await assert.rejects(requests.start("5", "d", stop.signal), (reason) => reason === "enough");
  await requests.end("1", "2");
  for (const name of ["a", "c"]) void requests.start(name, name);
  await turn();
  assert.deepEqual(requests.there, ["a", "c"]);
  await requests.end("a", "c");
});
