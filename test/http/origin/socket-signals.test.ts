import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test } from "node:test";
import { SocketSignals } from "../../../src/http/origin/socket-signals.js";

test("SocketSignals.of() gives one signal per connection, all with the same abort reason", () => {
  const signals = new SocketSignals();
  const [one, other] = [signals.of(new Socket()), signals.of(new Socket())];
  assert.notEqual(one, other);
  signals.abort();
  const late = signals.of(new Socket().destroy());
  assert.deepEqual([one.aborted, other.aborted, late.aborted], [true, true, true]);
  assert.equal(one.reason, other.reason);
  assert.equal(late.reason, one.reason);
});
