import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { StatusLine } from "../../src/terminal/status-line.js";

function stream(isTTY: boolean) {
  let written = "";
  const write = (text: string) => {
    written += text;
    return true;
  };
  return { fake: { isTTY, columns: 10, write } as NodeJS.WriteStream, written: () => written };
}

test("StatusLine rewrites one line, cut to the terminal, and wipes it once", () => {
  const { fake, written } = stream(true);
  const line = new StatusLine(fake);
  line.show("0123456789");
  line.clear();
  line.clear();
  assert.equal(written(), "\r012345678\u001b[K\r\u001b[K");
});

test("StatusLine writes nothing to a pipe or a file", () => {
  const { fake, written } = stream(false);
  const line = new StatusLine(fake);
  line.show("hello");
  line.clear();
  assert.equal(written(), "");
});
