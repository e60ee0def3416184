import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test } from "node:test";
import { SocketSignals } from "../../../src/http/origin/socket-signals.js";

test("of() gives one signal a connection, and all abort for the same reason, which costs nothing each time", () => {
  const signals = new SocketSignals();
  const [one, other] = [signals.of(new Socket()), signals.of(new Socket())];
  assert.notEqual(one, other);
  signals.abort();
  const late = signals.of(new Socket().destroy());
  assert.deepEqual([one.aborted, other.aborted, late.aborted], [true, true, true]);
  assert.equal(one.reason, other.reason);
  assert.equal(late.reason, one.reason);
});
