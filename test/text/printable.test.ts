import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { printable, printableJson } from "../../src/text/printable.js";
import { anyText } from "../support/any-text.js";

test("printable escapes characters that control a terminal", () => {
  assert.equal(printable("a\u001b[31mb\nc"), "a\\u{1b}[31mb\\u{a}c");
  assert.equal(printable("evil\u202etxt"), "evil\\u{202e}txt");
  assert.equal(printable("Brontë, 東京, 🎈"), "Brontë, 東京, 🎈");
});

test("printable leaves no control character in any text", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      assert.doesNotMatch(printable(text), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
  );
});

test("printableJson keeps the meaning and has no control characters", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const json = printableJson(JSON.stringify({ text }, null, "\t"));
      assert.deepEqual(JSON.parse(json), { text });
      assert.doesNotMatch(json.replaceAll(/[\n\t]/g, ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
  );
});
