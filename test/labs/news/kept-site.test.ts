import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptSite } from "../../../src/labs/news/kept-site.js";
import { anySite } from "../../../src/labs/news/post-process.js";
import type { Reading } from "../../../src/labs/news/site.js";

function keep() {
  const waits: number[] = [];
  const kept = new KeptSite({ url: new URL("http://site.test/"), postprocess: anySite() }, async (_site, waitMs) => {
    waits.push(waitMs);
    return { text: `${waitMs}` } as Reading;
  });
  return { kept, waits };
}

test("KeptSite asks once for all readers", async () => {
  const { kept, waits } = keep();
  assert.equal(kept.latest, undefined);
  const [one, other] = await Promise.all([kept.get(), kept.get()]);
  assert.equal(one, other);
  assert.equal(await kept.get(), kept.latest);
  assert.deepEqual(waits, [0]);
});

test("KeptSite asks again only for scripts that must run longer", async () => {
  const { kept, waits } = keep();
  await kept.get(1000);
  assert.equal((await kept.get(500)).text, "1000");
  assert.equal((await kept.get(2000)).text, "2000");
  assert.equal((await kept.get()).text, "2000");
  assert.deepEqual(waits, [1000, 2000]);
});

test("KeptSite grants 2 s to a site that is being asked", () => {
  const { kept } = keep();
  void kept.get();
  assert.ok(kept.patience > 1000 && kept.patience <= 2000, `${kept.patience} ms`);
});
