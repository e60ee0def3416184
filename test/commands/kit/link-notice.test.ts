import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { linkNotice } from "../../../src/commands/kit/link-notice.js";

test("linkNotice has one sentence for each event", () => {
  const notices = [
    linkNotice({ type: "waiting" }, "tcp://h:1"),
    linkNotice({ type: "connected", again: false }, "tcp://h:1"),
    linkNotice({ type: "connected", again: true }, "tcp://h:1"),
    linkNotice({ type: "disconnected" }, "tcp://h:1"),
    linkNotice({ type: "refused", reason: "only one side uses CURVE" }, "tcp://h:1"),
  ];
  assert.deepEqual(notices, [
    "waiting for a server at tcp://h:1",
    "connected to tcp://h:1",
    "connected again to tcp://h:1",
    "lost the server at tcp://h:1; waiting for it",
    "refused by tcp://h:1: only one side uses CURVE",
  ]);
});
