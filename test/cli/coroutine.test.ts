import "../support/hygiene.js";
import assert from "node:assert/strict";
import { checkNames } from "../../src/labs/coroutine.js";
import { testAtOnce } from "../support/at-once.js";
import { lab } from "../support/lab.js";
import { clock, now, preload } from "../support/preload.js";
import { assertWithin, timed } from "../support/tries.js";

const test = testAtOnce(3);

const inTime = timed(test);

test("lab coroutine prints a numbered list with a mark and a value for each check", async () => {
  const { exitCode, stdout, stderr } = await lab(["coroutine", "--strict"]);
  assert.deepEqual([exitCode, stderr], [0, ""]);
  const lines = stdout.split("\n");
  const numbers = lines.map((line) => /^ ?(\d+) ✔ .* \([a-z-]+\)$/.exec(line)?.[1]).filter((number) => number);
  assert.deepEqual(
    numbers,
    checkNames.map((_name, index) => `${index + 1}`),
  );
  for (const [index, line] of lines.entries()) if (line.includes("✔")) assert.match(lines[index + 1] ?? "", /^ {5}\S/);
});

test("lab coroutine --only --json prints one document of the named checks", async () => {
  const { exitCode, stdout } = await lab(["coroutine", "--only", "between,send", "--json"]);
  assert.equal(exitCode, 0);
  const claims = {
    send: "A value sent in is the value of the yield",
    between: "Between two awaits nobody else runs",
  };
  const findings = [
    { claim: claims.send, measured: "sent a and b, came back: a and b", holds: true },
    { claim: claims.between, measured: "0 foreign steps in 100,000 of ours, some behind them", holds: true },
  ];
  const [send, between] = findings;
  assert.deepEqual(JSON.parse(stdout), {
    checks: [
      { name: "send", ...send },
      { name: "between", ...between },
    ],
    findings,
  });
});

test("lab coroutine marks a check of a broken Node with ✘, and --strict ends with 1", async () => {
  const env = preload("globalThis.queueMicrotask = (callback) => setTimeout(callback, 1)");
  for (const [flags, code] of [
    [[], 0],
    [["--strict"], 1],
  ] as const) {
    const { exitCode, stdout } = await lab(["coroutine", "--only", "order", ...flags], env);
    assert.equal(exitCode, code);
    assert.match(stdout, /^\d+ ✘ .*\n {5}sync, nextTick, (?!microtask)/m);
  }
});

inTime("lab coroutine ends with 130 on Ctrl-C between two checks", async () => {
  const env = preload(`const { write } = process.stdout;
    process.stdout.write = function (text) {
      if (text.includes("Cancellation")) {
        process.stderr.write(String(${clock}));
        process.kill(process.pid, "SIGINT");
      }
      return write.apply(this, arguments);
    };`);
  const { exitCode, stdout, stderr } = await lab(["coroutine"], env);
  const endedAt = now();
  assert.equal(exitCode, 130);
  assertWithin(endedAt - Number(stderr), 2000);
  assert.match(stdout, /Cancellation/);
  assert.doesNotMatch(stdout, /async for/);
});

test("lab coroutine --only suggests a check for an unknown one, in one line", async () => {
  const { exitCode, stdout, stderr } = await lab(["coroutine", "--only", "send,trow"]);
  assert.deepEqual([exitCode, stdout], [2, ""]);
  assert.equal(
    stderr,
    'lab: --only must be one of function, async-function, async-generator-function, …, got "trow"; did you mean throw?\n',
  );
});
