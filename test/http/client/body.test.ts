import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { append } from "../../../src/http/client/body.js";

test("append doubles a full buffer, but not beyond `most` unless it must", () => {
  let buffer: Buffer = Buffer.alloc(0);
  const sizes: number[] = [];
  for (let length = 0; length < 9; length += 3) {
    buffer = append(buffer, length, Buffer.from("abc"), 10);
    sizes.push(buffer.length);
  }
  assert.deepEqual([sizes, buffer.toString("utf8", 0, 9)], [[3, 6, 10], "abcabcabc"]);
  assert.equal(append(buffer, 9, Buffer.from("d"), 10), buffer);
  assert.equal(append(buffer, 10, Buffer.from("efg"), 10).toString(), "abcabcabcdefg", "needed beyond most");
});
