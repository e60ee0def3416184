import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { concludeFrom } from "../../src/labs/lab.js";

test("concludeFrom parts decided claims from undecided ones, in their order", () => {
  const verdict = (claim: string, holds: boolean | undefined) => ({ claim, measured: "1 of 2", holds });
  const verdicts = [verdict("a", undefined), verdict("b", false), verdict("c", true), verdict("d", undefined)];
  assert.deepEqual(concludeFrom(verdicts), {
    findings: [verdict("b", false), verdict("c", true)],
    undecided: [
      { claim: "a", measured: "1 of 2" },
      { claim: "d", measured: "1 of 2" },
    ],
  });
});

test("concludeFrom gives both lists without any claim", () => {
  assert.deepEqual(concludeFrom([]), { findings: [], undecided: [] });
});
