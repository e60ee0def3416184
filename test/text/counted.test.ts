import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { counted } from "../../src/text/counted.js";
import { testAtOnce } from "../support/at-once.js";
import { lab } from "../support/lab.js";

test("counted uses the singular for one, the plural for any other number", () => {
  assert.deepEqual(
    [0, 1, 2, 1000].map((count) => counted(count, "sample")),
    ["0 samples", "1 sample", "2 samples", "1000 samples"],
  );
});

const atOnce = testAtOnce(3);

for (const args of [
  "queue --items 1 --workers 1 --max-size 1",
  "janus --count 1 --max-size 1",
  "parallel --cpus 1 --size 1000",
  "race --bots 1 --tables 1 --rounds 1",
  "fetch-quotes --category art",
  "poller-srv --push tcp://127.0.0.1:0 --pub tcp://127.0.0.1:0 --count 1",
]) {
  atOnce(`lab ${args} has no plural behind a 1`, async () => {
    const { stdout } = await lab(args.split(" "));
    assert.match(stdout, /(?<![\d.])1 [a-z]/);
    assert.doesNotMatch(stdout, /(?<![\d.])1 (?!ms\b|process\b)[a-z]+s\b/);
  });
}
