import "../support/hygiene.js";
import assert from "node:assert/strict";
import { testAtOnce } from "../support/at-once.js";
import { lab } from "../support/lab.js";
import { clock, now, preload } from "../support/preload.js";
import { assertWithin, timed } from "../support/tries.js";

const test = testAtOnce(3);
const inTime = timed(test);

test("lab tower prints nine tiers from the ground up, five of them with a star", async () => {
  const { exitCode, stdout, stderr } = await lab(["tower", "--strict"]);
  assert.deepEqual([exitCode, stderr], [0, ""]);
  const titles = stdout.split("\n").filter((line) => /^\d /.test(line));
  assert.deepEqual(
    titles.map((line) => Number(line[0])),
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
  assert.equal(titles.filter((line) => line.endsWith(" ★")).length, 5);
  assert.equal(stdout.match(/^ {2}✔ /gm)?.length, 9);
  for (const name of ["uvloop", "curio", "trio"]) assert.match(stdout, new RegExp(`^ {2}others .*${name}`, "m"));
});

test("lab tower --json prints one document with tiers and findings", async () => {
  const { exitCode, stdout } = await lab(["tower", "--json"]);
  assert.equal(exitCode, 0);
  const { tiers, findings, ...others } = JSON.parse(stdout);
  assert.deepEqual([tiers.length, findings.length, others], [9, 9, {}]);
});

test("lab tower marks a tier of a broken Node with ✘, and --strict ends with 1", async () => {
  const env = preload(
    "import dgram from 'node:dgram'; const { send } = dgram.Socket.prototype;\
    dgram.Socket.prototype.send = function (text, ...rest) { return send.call(this, String(text).toLowerCase(), ...rest); };",
  );
  for (const [flags, code] of [
    [[], 0],
    [["--strict"], 1],
  ] as const) {
    const { exitCode, stdout } = await lab(["tower", ...flags], env);
    assert.equal(exitCode, code);
    assert.match(stdout, /✘ A datagram goes there and back\n {2}measured sent ping, got ping/);
  }
});

inTime("lab tower ends with 130 on Ctrl-C in tier 5, and leaves no child", async () => {
  const env = preload(
    `import cp from 'node:child_process'; import { syncBuiltinESMExports } from 'node:module';\
    const { spawn } = cp; cp.spawn = (file, args, options) => {\
      const child = spawn(file, ['-e', 'setInterval(() => {}, 1000)'], options);\
      process.stderr.write('child ' + child.pid + ' at ' + ${clock}); process.kill(process.pid, 'SIGINT'); return child;\
    }; syncBuiltinESMExports();`,
  );
  const { exitCode, stdout, stderr } = await lab(["tower"], env);
  const endedAt = now();
  assert.equal(exitCode, 130);
  assert.match(stdout, /^4 Tasks$/m);
  assert.doesNotMatch(stdout, /^6 /m);
  const [, pid, signalledAt] = /^child (\d+) at ([\d.]+)$/.exec(stderr) ?? [];
  assert.ok(pid, stderr);
  assert.throws(() => process.kill(Number(pid), 0), { code: "ESRCH" });
  assertWithin(endedAt - Number(signalledAt), 2000);
});

inTime("lab tower ends with 130 on Ctrl-C while lines go over TCP", async () => {
  const env = preload(
    `import net from 'node:net'; const { write } = net.Socket.prototype;\
    net.Socket.prototype.write = function (text, ...rest) {\
      if (text === 'hello\\nworld\\n') { process.stderr.write(String(${clock})); process.kill(process.pid, 'SIGINT'); }\
      return write.call(this, text, ...rest);\
    };`,
  );
  const { exitCode, stderr } = await lab(["tower"], env);
  const endedAt = now();
  assert.equal(exitCode, 130);
  assertWithin(endedAt - Number(stderr), 2000);
});

for (const [what, env] of [
  ["colours", { FORCE_COLOR: "1" }],
  ["a module that prints", { NODE_OPTIONS: "--import=data:text/javascript,console.log(1)" }],
] as const) {
  test(`lab tower finds the program of tier 5 with ${what} in its environment`, async () => {
    const { stdout } = await lab(["tower", "--no-color"], env);
    assert.match(stdout, /^ {2}✔ A thread and a program .*\n.*process (\d+) printed \1, exit code 0$/m);
  });
}
