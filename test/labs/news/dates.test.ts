import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { isoDate } from "../../../src/labs/news/dates.js";

test("isoDate reads ISO 8601 and RFC 822, in UTC without a zone", () => {
  const seven = "2026-01-05T07:30:00.000Z";
  for (const text of [
    "2026-01-05T07:30:00Z",
    "2026-01-05T08:30+01:00",
    "2026-01-05 07:30:00",
    "Mon, 05 Jan 2026 07:30:00 GMT",
    "5 Jan 2026 02:30 EST",
    " Mon, 05 Jan 2026 07:30:00\n",
    "5 Jan 2026 07:30 AM",
    "Mon, 05 Jan 2026 08:30:00 CET",
    "Mon, 05 Jan 2026 09:30:00 CEST",
    "5 Jan 2026 09:30 mest",
    "5 Jan 2026 08:30 BST",
    "2026-01-05T08:30:00 +01:00",
    "2026-01-05 08:30:00 +0100",
  ]) {
    assert.equal(isoDate(text), seven, text);
  }
  assert.equal(isoDate("2026-01-05"), "2026-01-05T00:00:00.000Z");
  assert.equal(isoDate("05 Jan 2026"), "2026-01-05T00:00:00.000Z");
});

test("isoDate does not depend on the zone of the machine", async () => {
  for (const TZ of ["UTC", "America/New_York"]) {
    const module = new URL("../../../src/labs/news/dates.js", import.meta.url).href;
    const script = `import(${JSON.stringify(module)}).then((m) => console.log(m.isoDate("12 Jan 2026 10:00 PM")))`;
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { env: { ...process.env, TZ } });
    assert.equal(stdout.trim(), "2026-01-12T22:00:00.000Z", TZ);
  }
});

test("isoDate takes nothing else for a date", () => {
  for (const text of ["Chapter 5", "soon", "", "2026-99-99", "31 Feb 2026 07:30 GMT", "1", undefined])
    assert.equal(isoDate(text), undefined);
});
