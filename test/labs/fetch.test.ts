import "../support/hygiene.js";
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type FetchOptions, type FetchResult, fetchUrls } from "../../src/labs/fetch.js";
import { type Gate, gate } from "../support/gate.js";
import { startOrigin } from "../support/origin.js";

function optionsFor(urls: readonly string[], more: Partial<FetchOptions> = {}): FetchOptions {
  return {
    list: () => [urls],
    concurrency: 4,
    timeoutMs: 20_000,
    retries: 0,
    maxBody: 1000,
    request: {},
    ordered: false,
    repeat: 1,
    warmup: 0,
    ...more,
  };
}

const quick = (t: TestContext) => startOrigin(t, (_request, response) => response.end("in"));

/** A `save` that is done with the body of each index when the test says so. */
class GatedSave {
  readonly #gates: Gate[];
  #begun = 0;
  readonly #allBegun = gate();

  constructor(count: number) {
    this.#gates = Array.from({ length: count }, () => gate());
  }

  /** Resolves once all are being saved. */
  get begun(): Promise<void> {
    return this.#allBegun.passed;
  }

  of(index: number): Gate {
    return this.#gates[index] as Gate;
  }

  readonly save = async (_reply: unknown, index: number): Promise<string> => {
    if (++this.#begun === this.#gates.length) this.#allBegun.open();
    await this.of(index).passed;
    return `${index}.txt`;
  };
}

test("fetchUrls gives a result for each body that it saved, also when it was interrupted meanwhile", async (t) => {
  const { url } = await quick(t);
  const saving = new GatedSave(3);
  const stop = new AbortController();
  const results: FetchResult[] = [];
  const running = fetchUrls(optionsFor([url, url, url], { save: saving.save }), {
    signal: stop.signal,
    emit: (result) => void results.push(result),
  });
  await saving.begun;
  stop.abort();
  saving.of(2).open();
  saving.of(0).open();
  saving.of(1).fail(new Error("disk full")); // nothing was left behind, and nobody waits for it any more
  const { interrupted, total, ok, unfinished } = await running;
  assert.deepEqual(
    results.map(({ file }) => file),
    ["2.txt", "0.txt"],
  );
  assert.deepEqual([interrupted, total, ok, unfinished], [true, 2, 2, 1]);
});

test("fetchUrls gives a result for each body that it saved, also when another cannot be", async (t) => {
  const { url } = await quick(t);
  const saving = new GatedSave(3);
  const full = new Error("disk full");
  const results: FetchResult[] = [];
  const running = fetchUrls(optionsFor([url, url, url], { save: saving.save }), {
    signal: new AbortController().signal,
    emit: (result) => void results.push(result),
  });
  await saving.begun;
  saving.of(1).fail(full);
  saving.of(2).open();
  saving.of(0).open();
  await assert.rejects(running, (error) => error === full);
  assert.deepEqual(
    results.map(({ file }) => file),
    ["2.txt", "0.txt"],
  );
});
