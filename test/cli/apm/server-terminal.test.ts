import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { labOnTerminal } from "../../support/on-terminal.js";

test("lab apm server --json keeps its status line apart from JSON on a terminal", async (t) => {
  const args = ["apm", "server", "--json", "--collect", "tcp://127.0.0.1:0", "--port", "0"];
  const ran = await labOnTerminal(args, /"type":"status"[^\n]*\n[^\n]*"type":"status"/);
  if (!ran) return t.skip("no script(1) that makes a terminal");
  const lines = ran.shown.split("\r\n").filter((line) => line.includes('"type":"status"'));
  assert.ok(lines.length >= 2, ran.shown);
  for (const line of lines) assert.ok(JSON.parse(line.split("\r").at(-1)?.replace("\u001b[K", "") ?? ""), line);
  assert.equal(ran.exitCode, 0);
});
