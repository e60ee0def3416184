import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { excerpt, oneLine } from "../../../src/http/client/excerpt.js";
import { anyText } from "../../support/any-text.js";

const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

test("oneLine escapes characters that control, hide or reorder text", () => {
  assert.equal(oneLine(" a\n  b\u009bc\u00add\u202ee\u{e0041}h "), "a b\\u{9b}c\\u{ad}d\\u{202e}e\\u{e0041}h");
  assert.equal(oneLine("Brontë, 東京, 🎈"), "Brontë, 東京, 🎈");
});

test("oneLine is at most 200 whole characters", () => {
  assert.equal(oneLine("x".repeat(200)), "x".repeat(200));
  assert.equal(oneLine(`${"x".repeat(198)}🎈🎈`), `${"x".repeat(198)}…`);
});

test("excerpt quotes the first 80 bytes and escapes invisible characters", () => {
  assert.equal(excerpt(Buffer.from('<"\u0000\u009b\u202e')), '"<\\"\\u0000\\u009b\\u202e"');
  assert.equal(excerpt(Buffer.alloc(81, "x")), `"${"x".repeat(80)}"…`);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 90 }), anyText, (bytes, text) => {
      assert.doesNotMatch(excerpt(Buffer.from(bytes)) + excerpt(Buffer.from(text)) + oneLine(text), unseen);
    }),
  );
});
