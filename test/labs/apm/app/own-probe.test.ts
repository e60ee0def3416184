import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep } from "../../../../src/concurrency/index.js";
import { OwnProbe } from "../../../../src/labs/apm/app/own-probe.js";

test("OwnProbe measures CPU, memory and the longest event-loop delay per read", async () => {
  const probe = new OwnProbe();
  try {
    await sleep(50);
    const until = performance.now() + 200;
    while (performance.now() < until);
    await sleep(50);
    const busy = await probe.read();
    assert.ok((busy.lag ?? 0) >= 150, `lag ${busy.lag} ms`);
    assert.ok(busy.cpu > 5, `${busy.cpu} %`);
    assert.ok(busy.mem > (busy.heap ?? 0) && (busy.heap ?? 0) > 1);
    await sleep(50);
    assert.ok(((await probe.read()).lag ?? 0) < (busy.lag ?? 0), "the last stall is forgotten");
  } finally {
    probe.close();
  }
});

test("OwnProbe counts the time of each garbage collection once", async () => {
  const probe = new OwnProbe();
  try {
    let garbage: unknown[] = [];
    for (let round = 0; round < 200; round++) garbage = Array.from({ length: 20_000 }, () => ({ round }));
    assert.equal(garbage.length, 20_000);
    let gc = 0;
    for (let look = 0; look < 100 && gc === 0; look++) {
      await sleep(20); // Node reports a collection later, on a busy machine much later
      gc = (await probe.read()).gc ?? 0;
    }
    assert.ok(gc > 0);
    assert.equal((await probe.read()).gc, 0);
  } finally {
    probe.close();
  }
});
