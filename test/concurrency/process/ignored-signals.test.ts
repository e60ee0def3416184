import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startUnderShell } from "../../support/under-shell.js";

/** Each of these starts a real program under a real shell, and signals the program. */

const program = fileURLToPath(new URL("../../support/programs/waits-for-a-signal.js", import.meta.url));
const skip = !existsSync("/proc/self/status") && "needs /proc";

/** Send `signals` one by one, and return the output and the exit code. The program ends at the first one it hears. */
async function send(t: TestContext, script: string, signals: readonly NodeJS.Signals[], shell?: string) {
  const running = await startUnderShell(t, script, [process.execPath, program], shell);
  let stdout = "";
  running.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  await once(running.stdout, "data");
  for (const signal of signals) running.kill(signal);
  return [await running.ended, stdout];
}

const ended = (signal: string) => `ready\nstopped: interrupted by ${signal}\nclean-up\n`;

for (const [name, signal] of [
  ["HUP", "SIGHUP"],
  ["INT", "SIGINT"],
] as const) {
  test(`run keeps ignoring ${signal} under a shell with trap '' ${name}`, { skip }, async (t) => {
    assert.deepEqual(await send(t, `trap '' ${name}; "$@"`, [signal, "SIGTERM"]), [143, ended("SIGTERM")]);
  });
}

test("run keeps ignoring SIGTERM under a shell with trap '' TERM", { skip }, async (t) => {
  assert.deepEqual(await send(t, `trap '' TERM; "$@"`, ["SIGTERM", "SIGHUP"]), [129, ended("SIGHUP")]);
});

test("run hears SIGTERM under an interactive shell, which ignores it for itself alone", { skip }, async (t) => {
  const interactive = `trap '' TERM TSTP; "$@"`;
  assert.deepEqual(await send(t, interactive, ["SIGTERM"]), [143, ended("SIGTERM")]);
});

test("run keeps ignoring SIGHUP under nohup, which bash names in _", {
  skip: skip || (!existsSync("/bin/bash") && "needs bash"),
}, async (t) => {
  assert.deepEqual(await send(t, 'nohup "$@"', ["SIGHUP", "SIGTERM"], "bash"), [143, ended("SIGTERM")]);
});

test("run keeps ignoring SIGHUP if stdin is /dev/null for writing, as nohup leaves it", { skip }, async (t) => {
  assert.deepEqual(await send(t, '"$@" 0>/dev/null', ["SIGHUP", "SIGTERM"]), [143, ended("SIGTERM")]);
});

test("run hears SIGHUP if nothing ignores it", { skip }, async (t) => {
  assert.deepEqual(await send(t, '"$@"', ["SIGHUP"]), [129, ended("SIGHUP")]);
});
