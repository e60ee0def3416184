import "../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { ask } from "../support/ask.js";
import { testAtOnce } from "../support/at-once.js";
import { bin } from "../support/lab.js";
import { startUnderShell } from "../support/under-shell.js";

const test = testAtOnce(3);
const skip = !existsSync("/proc/self/status") && "needs /proc";

for (const [name, signal] of [
  ["HUP", "SIGHUP"],
  ["INT", "SIGINT"],
] as const) {
  const script = `trap '' ${name}; "$@"`;

  test(`lab serve goes on after ${signal} if its shell has trap '' ${name}`, { skip }, async (t) => {
    const argv = [process.execPath, bin, "serve", "--port", "0", "--json"];
    const running = await startUnderShell(t, script, argv);
    const [line] = await once(running.stdout, "data");
    running.kill(signal);
    const { status } = await ask(JSON.parse(String(line)).url);
    assert.equal(status, 200);
    running.kill("SIGTERM");
    assert.equal(await running.ended, 0);
  });

  test(`lab apm app -- command goes on after ${signal} if its shell has trap '' ${name}`, { skip }, async (t) => {
    const command = [process.execPath, "-e", `setInterval(() => console.log("alive"), 50)`];
    const argv = [process.execPath, bin, "apm", "app", "--connect", "tcp://127.0.0.1:1", "--", ...command];
    const running = await startUnderShell(t, script, argv);
    const lines = createInterface(running.stdout);
    await once(lines, "line");
    running.kill(signal);
    for (let beats = 0; beats < 10; beats++) await once(lines, "line");
    running.kill("SIGTERM");
    assert.equal(await running.ended, 143);
  });
}
