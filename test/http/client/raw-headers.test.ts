import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { firstHeader, joinedHeaders } from "../../../src/http/client/raw-headers.js";

const headers = ["Vary", "a", "X", "vary", "vary", "b", "VARY", "\xe9"].map((text) => Buffer.from(text, "latin1"));

test("firstHeader ignores the case of names, and takes no value for a name", () => {
  assert.deepEqual([firstHeader(headers, "vary"), firstHeader(headers, "x")], ["a", "vary"]);
  assert.deepEqual([firstHeader(headers, "a"), firstHeader([], "vary")], [undefined, undefined]);
});

test("joinedHeaders joins all headers of a name", () => {
  assert.deepEqual([joinedHeaders(headers, "vary"), joinedHeaders(headers, "x")], ["a, b, \xe9", "vary"]);
  assert.equal(joinedHeaders(headers, "b"), undefined);
});
