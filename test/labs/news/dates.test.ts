import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
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
  ]) {
    assert.equal(isoDate(text), seven, text);
  }
  assert.equal(isoDate("2026-01-05"), "2026-01-05T00:00:00.000Z");
  assert.equal(isoDate("05 Jan 2026"), "2026-01-05T00:00:00.000Z");
});

test("isoDate takes nothing else for a date", () => {
  for (const text of ["Chapter 5", "soon", "", "2026-99-99", "1", undefined]) assert.equal(isoDate(text), undefined);
});
