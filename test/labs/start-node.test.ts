import "../support/hygiene.js";
import assert from "node:assert/strict";
import childProcess, { type ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { syncBuiltinESMExports } from "node:module";
import { type TestContext, test } from "node:test";
import { ExitError } from "../../src/concurrency/index.js";
import { allDone } from "../../src/labs/shutdown/rows-after-main.js";
import { runProgram } from "../../src/labs/shutdown/run-program.js";
import { executor } from "../../src/labs/tower/executor.js";

const { spawn } = childProcess;
const { signal } = new AbortController();

/** Let all spawn() fail as without free files: the child has no stdout, and emits an error. */
function withoutFiles(t: TestContext): void {
  t.after(() => {
    childProcess.spawn = spawn;
    syncBuiltinESMExports();
  });
  childProcess.spawn = (() => {
    const child = new EventEmitter();
    process.nextTick(() => child.emit("error", new Error("spawn node EMFILE")));
    return child as ChildProcess;
  }) as typeof spawn;
  syncBuiltinESMExports();
}

const isTold = (error: unknown) =>
  error instanceof ExitError && error.code === 1 && error.message === "cannot start a program: spawn node EMFILE";

test("runProgram rejects with one line without free files, and leaves nothing", async (t) => {
  withoutFiles(t);
  await assert.rejects(runProgram(allDone, "run", { signal, limitMs: 60_000 }), isTold);
});

test("executor rejects with one line without free files", async (t) => {
  withoutFiles(t);
  await assert.rejects(executor(signal), isTold);
});

for (const flag of ["--inspect-brk=0", "--inspect=0"]) {
  test(`executor's program waits for no debugger under NODE_OPTIONS=${flag}`, { timeout: 20_000 }, async (t) => {
    const before = process.env.NODE_OPTIONS ?? "";
    t.after(() => {
      process.env.NODE_OPTIONS = before;
    });
    process.env.NODE_OPTIONS = flag;
    assert.equal((await executor(signal)).holds, true);
  });
}
