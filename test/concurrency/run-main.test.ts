import "../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { constants } from "node:os";
import { test } from "node:test";
import { interruptProgram, nextOutput, startProgram } from "../support/program.js";

/**
 * Each of these tests runs a real program from support/programs/ in a process of its own, and sends it real signals.
 */

test("runMain exits with 0 for any value of main", async () => {
  const { exitCode, stdout, stderr } = await startProgram("returns");
  assert.deepEqual({ exitCode, stdout, stderr }, { exitCode: 0, stdout: "clean-up\n", stderr: "" });
});

for (const how of ["sync", "async"]) {
  test(`runMain prints main's ${how} error after the clean-up and exits with 1`, async () => {
    const { exitCode, stdout, stderr } = await startProgram("fails", [how]);
    assert.deepEqual({ exitCode, stdout }, { exitCode: 1, stdout: "clean-up\n" });
    assert.match(stderr, /^Error: main broke\n {4}at .*fails\.js/);
    assert.match(stderr, /\[cause\]: TypeError: the cause\n {6}at /);
  });
}

test("runMain prints the errors of main, a stopped task and a clean-up", async () => {
  const { exitCode, stderr } = await startProgram("fails-thrice");
  assert.equal(exitCode, 1);
  assert.match(stderr, /Error: main broke/);
  assert.match(stderr, /Error: the task broke too/);
  assert.match(stderr, /Error: the clean-up broke too/);
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  const code = 128 + constants.signals[signal];
  test(`runMain lets main and the clean-ups finish after ${signal}, then exits with ${code}`, async () => {
    const { exitCode, stdout, stderr } = await interruptProgram("waits-for-a-signal", signal);
    assert.equal(exitCode, code);
    assert.equal(stdout, `ready\nstopped: interrupted by ${signal}\nclean-up\n`);
    assert.equal(stderr, "");
  });
}

for (const [first, second, code] of [
  ["SIGINT", "SIGINT", 130],
  ["SIGINT", "SIGTERM", 143],
] as const) {
  test(`runMain exits at once with ${code} on ${second} after ${first}`, async () => {
    const program = startProgram("never-stops");
    assert.equal(await nextOutput(program), "ready");
    program.kill(first);
    assert.equal(await nextOutput(program), "I heard you");
    program.kill(second);
    const { exitCode, stdout } = await program;
    assert.deepEqual({ exitCode, stdout }, { exitCode: code, stdout: "ready\nI heard you\n" });
  });
}

test("runMain exits with 0 if main handles the interrupt", async () => {
  const { exitCode, stdout } = await interruptProgram("catches-the-interrupt", "SIGINT");
  assert.deepEqual({ exitCode, stdout }, { exitCode: 0, stdout: "ready\nsaved my work\n" });
});

test("runMain stays alive while main waits for a queue", async () => {
  const { exitCode, stdout } = await interruptProgram("waits-for-an-item", "SIGINT");
  assert.deepEqual({ exitCode, stdout }, { exitCode: 130, stdout: "still alive\n" });
});

for (const message of ["no such lab", ""]) {
  test(`runMain cleans up after an ExitError and prints "${message}"`, async () => {
    const { exitCode, stdout, stderr } = await startProgram("exits", [message]);
    assert.equal(exitCode, 23);
    assert.equal(stdout, "clean-up of a task\nclean-up of main\n");
    assert.equal(stderr, message && `${message}\n`);
  });
}

test("runMain takes the exit code from an ExitError in a task group", async () => {
  const { exitCode, stderr } = await startProgram("exits-from-a-child");
  assert.deepEqual({ exitCode, stderr }, { exitCode: 23, stderr: "asked to leave\n" });
});

test("runMain prints a real failure beside an ExitError and exits with 1", async () => {
  const { exitCode, stderr } = await startProgram("exits-from-a-child", ["the disk is full"]);
  assert.equal(exitCode, 1);
  assert.match(stderr, /the disk is full/);
});

test("runMain prints a failed clean-up, runs the others and exits with 1", async () => {
  const { exitCode, stdout, stderr } = await startProgram("fails-in-clean-up");
  assert.deepEqual({ exitCode, stdout }, { exitCode: 1, stdout: "ready\nclean-up c\nclean-up a\n" });
  assert.match(stderr, /clean-up b broke/);
});

test("runMain prints a clean-up that fails after an interrupt", async () => {
  const { exitCode, stdout, stderr } = await interruptProgram("fails-in-clean-up", "SIGINT", ["wait"]);
  assert.deepEqual({ exitCode, stdout }, { exitCode: 1, stdout: "ready\nclean-up c\nclean-up a\n" });
  assert.match(stderr, /clean-up b broke/);
});

test("runMain prints a clean-up that fails after an ExitError of 0", async () => {
  const { exitCode, stderr } = await startProgram("fails-in-clean-up", ["exit"]);
  assert.equal(exitCode, 1);
  assert.match(stderr, /clean-up b broke/);
});

test("runMain cuts off no output that is still in the pipe", async () => {
  const { exitCode, stdout } = await startProgram("prints-much");
  assert.deepEqual(
    { exitCode, length: stdout.length, end: stdout.slice(-3) },
    { exitCode: 3, length: 4_000_003, end: "END" },
  );
});

for (const kind of ["exception", "rejection"]) {
  test(`runMain prints an uncaught ${kind} and exits with 1 at once`, async () => {
    const { exitCode, stderr } = await startProgram("uncaught", [kind]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /^Error: nobody caught me\n {4}at .*uncaught\.js/);
  });
}

test("runMain lets onError print the error and choose the exit code", async () => {
  const { exitCode, stdout, stderr } = await startProgram("chooses-its-exit-code");
  assert.deepEqual({ exitCode, stdout, stderr }, { exitCode: 7, stdout: "sorry: disk full\n", stderr: "" });
});

test("runMain names pending tasks after 2 s, and ends on a second signal", async () => {
  const program = startProgram("hides-its-signal");
  await nextOutput(program);
  program.kill("SIGINT");
  const [told] = await once(program.stderr, "data");
  assert.equal(String(told), "Still waiting for main, stubborn, 2 s after SIGINT; a second one ends at once\n");
  program.kill("SIGINT");
  assert.equal((await program).exitCode, 130);
});
