import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { clearPayload, echoPayload, parseChange } from "../../../src/labs/patrons/change.js";

const row = { id: "7", version: "12", type: "UPDATE" };

test("parseChange() reads rows, deletions, clears and echoes", () => {
  const about = { id: "7", version: 12n };
  for (const [payload, change] of [
    [
      { ...row, data: { name: "Lois", fav_dish: "pizza" } },
      { type: "row", ...about },
    ],
    [row, { type: "row", ...about }],
    [
      { ...row, type: "DELETE" },
      { type: "deleted", ...about },
    ],
  ] as const)
    assert.deepEqual(parseChange(JSON.stringify(payload)), change);
  assert.deepEqual(parseChange(clearPayload), { type: "all" });
  assert.deepEqual(parseChange(echoPayload("a")), { type: "echo", token: "a" });
});

test("parseChange() takes nothing else for an event of ours", () => {
  for (const payload of [
    "",
    "{",
    "null",
    "[]",
    '"INSERT"',
    "{}",
    '{"type":"INSERT"}',
    '{"type":"ECHO"}',
    JSON.stringify({ ...row, id: 7 }),
    JSON.stringify({ ...row, version: "1.5" }),
    JSON.stringify({ ...row, version: "9".repeat(100) }),
    JSON.stringify({ ...row, type: "__proto__" }),
  ])
    assert.equal(parseChange(payload), undefined, payload);
});

test("parseChange() takes no text of a row from an event", () => {
  for (const data of [null, 1, {}, { name: "x", fav_dish: "x" }]) {
    assert.deepEqual(parseChange(JSON.stringify({ ...row, data })), { type: "row", id: "7", version: 12n });
  }
});
