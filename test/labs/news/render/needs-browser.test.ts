import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { needsBrowser } from "../../../../src/labs/news/render/needs-browser.js";

test("needsBrowser is true for scripts, event handlers and refreshes", () => {
  for (const html of [
    "<script>1</script>",
    `<SCRIPT src="/x.js">`,
    `<body onload="show()">`,
    "<img src=x\nonerror = show()>",
    `<meta http-equiv="refresh" content="0;url=/">`,
    "<meta http-equiv=Refresh content=0>",
  ])
    assert.equal(needsBrowser(html), true, html);
});

test("needsBrowser is false for pages that only look like it", () => {
  for (const html of [
    "<h1>The script of a play</h1>",
    "<p>based on = sign</p>",
    `<meta http-equiv="content-type">`,
    "",
  ])
    assert.equal(needsBrowser(html), false, html);
});

test("needsBrowser searches 2 MiB without end in less than a second of computing", () => {
  for (const part of ["<", "< on", " onload", " http-equiv ", "<scrip"]) {
    const before = process.cpuUsage();
    needsBrowser(part.repeat((2 * 2 ** 20) / part.length));
    const { user } = process.cpuUsage(before);
    assert.ok(user < 1_000_000, `${part}: ${user / 1000} ms`);
  }
});
