import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { noChromium } from "../support/browser.js";
import { membersOf } from "../support/family.js";
import { startRendering, startRestless, untilGone } from "../support/news/browser-tree.js";
import { until } from "../support/until.js";

const times = 10;

test(`lab news --render leaves no process of its browser behind, ${times} times each way`, {
  skip: noChromium,
}, async (t) => {
  const origin = await startRestless(t);
  for (const [way, code] of [
    ["the end", 1],
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGKILL", "SIGKILL"],
  ] as const) {
    let longestMs = 0;
    for (let nth = 0; nth < times; nth++) {
      const { running, group, size } = await startRendering(t, origin);
      assert.ok(size > 2, `${size} processes`);
      if (way === "the end") await until("its end", () => running.child.exitCode !== null);
      const ended = way === "the end" ? await running.ended : await running.stop(way);
      const start = performance.now();
      assert.equal(ended, code, way);
      await untilGone(group);
      longestMs = Math.max(longestMs, performance.now() - start);
      assert.deepEqual(membersOf(group), []);
    }
    t.diagnostic(`${way}: ${times} of ${times}, the last process gone ${Math.round(longestMs)} ms after lab at most`);
  }
});
