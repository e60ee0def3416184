import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { linkNotice } from "../../../src/commands/kit/link-notice.js";

test("linkNotice has one sentence for each event", () => {
  const link = { via: "PULL", address: "tcp://h:1" } as const;
  const notices = [
    linkNotice({ ...link, type: "waiting" }),
    linkNotice({ ...link, type: "connected", again: false, peers: 1 }),
    linkNotice({ ...link, type: "connected", again: true, peers: 1 }),
    linkNotice({ ...link, type: "disconnected", peers: 0 }),
    linkNotice({ ...link, type: "refused", reason: "only one side uses CURVE" }),
    linkNotice({ ...link, type: "unresolved", reason: "there is no such name" }),
  ];
  assert.deepEqual(notices, [
    "waiting for a server at tcp://h:1",
    "connected to tcp://h:1",
    "connected again to tcp://h:1",
    "lost the server at tcp://h:1; waiting for it",
    "refused by tcp://h:1: only one side uses CURVE",
    "cannot resolve tcp://h:1: there is no such name; trying again",
  ]);
});
