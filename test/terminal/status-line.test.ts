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
  assert.equal(written(), "\r01234567…\u001b[K\r\u001b[K");
});

test("StatusLine leaves lines out while the terminal has not taken one", () => {
  const { fake, written } = stream(true);
  const line = new StatusLine(Object.assign(fake, { writableLength: 1 }));
  line.show("left out");
  line.clear();
  assert.equal(written(), "");
  line.show("left out, too");
  Object.assign(fake, { writableLength: 0 });
  line.show("shown");
  assert.equal(written(), "\rshown\u001b[K");
});

test("StatusLine writes nothing to a pipe or a file", () => {
  const { fake, written } = stream(false);
  const line = new StatusLine(fake);
  line.show("hello");
  line.clear();
  assert.equal(written(), "");
});
