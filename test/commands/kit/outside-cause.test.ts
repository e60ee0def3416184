import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { outsideCause } from "../../../src/commands/kit/outside-cause.js";

const failure = (message: string, fields: object, cause?: Error) =>
  Object.assign(new Error(message, { cause }), fields);
const thread = failure("EAGAIN", { code: "ERR_WORKER_INIT_FAILED" });
const child = failure("spawn node EAGAIN", { code: "EAGAIN", syscall: "spawn node" });

for (const [what, error] of [
  ["a thread", thread],
  ["a process", child],
  ["a worker of a pool", new AggregateError([failure("cannot start a worker", {}, failure("it died", {}, child))])],
] as const) {
  test(`outsideCause tells of ${what} that may not run`, () => {
    assert.equal(outsideCause(error), "too few threads and processes may run: raise ulimit -u, or end others");
  });
}

test("outsideCause takes another EAGAIN for no cause", () => {
  assert.equal(outsideCause(failure("write EAGAIN", { code: "EAGAIN", syscall: "write" })), undefined);
  assert.equal(outsideCause(failure("ENOMEM", { code: "ERR_WORKER_INIT_FAILED" })), undefined);
});
