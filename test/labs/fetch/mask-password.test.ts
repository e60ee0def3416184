import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { maskPassword } from "../../../src/labs/fetch/mask-password.js";
import { anyText } from "../../support/any-text.js";

test("maskPassword masks only the password of a URL", () => {
  for (const [text, masked] of [
    ["http://me:s3cret@host:81/a?b#c", "http://me:***@host:81/a?b#c"],
    ["https://:s3cret@host/", "https://:***@host/"],
    ["http:me:s3cret@host/", "http://me:***@host/"],
    ["http://me@host", "http://me@host"],
    ["http://host:80/a@b", "http://host:80/a@b"],
    ["ftp://me:s3cret@host/", "ftp://me:***@host/"],
    ["me:s3cret@host", "me:***@host"],
    ["http://me:s3/cr@et@host:x/", "http://me:***@host:x/"],
    ["no url", "no url"],
    ["", ""],
  ] as const) {
    assert.equal(maskPassword(text), masked);
  }
});

test("maskPassword shows no password in any text, and never throws", () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom("http", "ftp", "x y", ""), (rest, scheme) => {
      assert.doesNotMatch(maskPassword(`${scheme}://me:s3cret@host/${rest}`), /s3cret/);
      assert.doesNotMatch(maskPassword(`${scheme}://me:s3cret${rest}@host/`), /s3cret/);
    }),
  );
});
