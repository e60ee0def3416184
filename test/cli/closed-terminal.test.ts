import "../support/hygiene.js";
import assert from "node:assert/strict";
import { execa } from "execa";
import { testAtOnce } from "../support/at-once.js";
import { bin } from "../support/lab.js";
import { exitOnClosedTerminal, onTerminal, quoted, withoutTerminal as skip } from "../support/on-terminal.js";

const test = testAtOnce(3);

for (const [args, code] of [
  ["hello --delay 1m", 129],
  ["blocking --for 3s --on process", 129],
  ["serve --port 0", 0],
  ["poller-srv --push tcp://127.0.0.1:0 --pub tcp://127.0.0.1:0", 0],
  ["apm app --connect tcp://127.0.0.1:1 -- sleep 60", 129],
] as const) {
  test(`lab ${args} ends with exit code ${code} when its terminal closes`, { skip }, async (t) => {
    assert.equal(await exitOnClosedTerminal(t, [process.execPath, bin, ...args.split(" ")]), code);
  });
}

test("lab leaves a terminal as the reader of its output has set it", { skip }, async () => {
  const raw = "read -r first; stty raw -echo </dev/tty; cat >/dev/null"; // as less does
  const look = "sleep 0.3; stty -a </dev/tty; stty sane </dev/tty";
  const lab = quoted([process.execPath, bin, "hello", "--delay", "500ms"]);
  const { stdout } = await onTerminal(`${lab} | { ${raw}; ${look}; }`);
  assert.match(stdout, /-icanon/);
  assert.match(stdout, /-echo\b/);
});

test("lab leaves a pipe that it shares with other programs blocking", {
  skip: process.platform !== "linux" && "needs /proc",
}, async () => {
  const lab = quoted([process.execPath, bin, "hello", "--delay", "0"]);
  const { stdout } = await execa("sh", ["-c", `{ ${lab}; grep flags: /proc/self/fdinfo/1; } | cat`]);
  assert.match(stdout, /flags:\t0*[0-37]1$/m); // without 04000, O_NONBLOCK
});
