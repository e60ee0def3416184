import "../support/hygiene.js";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { testAtOnce } from "../support/at-once.js";
import { commands, examplesOf } from "../support/commands.js";
import { bin, lab, root } from "../support/lab.js";

const test = testAtOnce(3);

test("lab --version prints the version of the package", async () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  assert.deepEqual(await outcome(lab(["--version"])), [0, `${version}\n`, ""]);
  assert.deepEqual(await outcome(lab(["hello", "--version"])), [0, `${version}\n`, ""]);
});

test("lab, lab --help and lab -h list every command", async () => {
  for (const args of [[], ["--help"], ["-h"]]) {
    const [exitCode, stdout, stderr] = await outcome(lab(args));
    assert.deepEqual([exitCode, stderr], [0, ""]);
    for (const command of commands) {
      assert.match(stdout, new RegExp(`\\n {2}${command} {2,}\\S`));
    }
  }
});

test("lab apm and lab apm --help list the commands of the group", async () => {
  for (const args of [["apm"], ["apm", "--help"], ["apm", "-h"]]) {
    const [exitCode, stdout, stderr] = await outcome(lab(args));
    assert.deepEqual([exitCode, stderr], [0, ""]);
    assert.match(stdout, /^Usage: lab apm /);
    assert.match(stdout, /\n {2}keygen {2,}\S/);
  }
});

for (const command of commands) {
  test(`lab ${command} --help gives the two examples that the tests in examples run`, async () => {
    const help = await lab([...command.split(" "), "--help"]);
    assert.equal(help.exitCode, 0);
    const examples = help.stdout.split("\nExamples:\n")[1]?.trim().split(/\n */);
    assert.equal(examples?.length, 2);
    for (const example of examples ?? []) assert.match(example, /^lab /);
    assert.deepEqual(examples, await examplesOf(command));
  });
}

test("lab --help explains a bare duration only for commands that take one", async () => {
  const says = /\nA duration is 250ms, 1\.5s, 2m or 1h; a bare number is milliseconds\.\n/;
  for (const command of ["hello", "fetch", "serve"]) assert.match((await lab([command, "--help"])).stdout, says);
  assert.doesNotMatch((await lab(["apm", "keygen", "--help"])).stdout, says);
});

test("lab help hello prints lab hello --help", async () => {
  const [exitCode, stdout] = await outcome(lab(["help", "hello"]));
  assert.equal(exitCode, 0);
  assert.equal(stdout, (await lab(["hello", "--help"])).stdout);
});

test("lab takes global options before or after the command", async () => {
  for (const args of [
    ["--json", "hello", "--delay", "0"],
    ["hello", "--delay", "0", "--json"],
  ]) {
    const [exitCode, stdout] = await outcome(lab(args));
    assert.equal(exitCode, 0);
    assert.equal(JSON.parse(stdout).count, 1);
  }
});

test("lab --json prints an error as a document on stdout", async () => {
  const [exitCode, stdout] = await outcome(lab(["hello", "--count", "0", "--json"]));
  assert.equal(exitCode, 2);
  const { error } = JSON.parse(stdout);
  assert.deepEqual([error.name, error.code], ["UsageError", 2]);
  assert.match(error.message, /--count must be/);
});

test("lab --strict exits with 1 if a finding does not hold", async () => {
  // Starting 10,000 waits takes longer than waiting 1 ms, so the claim does not hold there.
  const args = ["hello", "--count", "10000", "--delay", "1ms", "--json"];
  const lenient = await lab(args);
  assert.equal(JSON.parse(lenient.stdout).findings[0].holds, false);
  assert.equal(lenient.exitCode, 0);
  assert.equal((await lab([...args, "--strict"])).exitCode, 1);
});

test("lab obeys NO_COLOR and --no-color before FORCE_COLOR", async () => {
  const colourful = async (args: string[], env: NodeJS.ProcessEnv) =>
    (await lab(["hello", "--delay", "0", ...args], env)).stdout.includes("\u001b[");
  assert.equal(await colourful([], {}), false, "stdout is not a terminal");
  assert.equal(await colourful([], { FORCE_COLOR: "1" }), true);
  assert.equal(await colourful([], { FORCE_COLOR: "0" }), false);
  assert.equal(await colourful([], { FORCE_COLOR: "1", NO_COLOR: "" }), true, "an empty NO_COLOR counts as unset");
  assert.equal(await colourful([], { FORCE_COLOR: "1", NO_COLOR: "1" }), false);
  assert.equal(await colourful(["--no-color"], { FORCE_COLOR: "3" }), false);
});

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  test(`lab exits with ${code} when ${signal} ends a finite job`, async () => {
    const running = lab(["hello", "--delay", "1m"]);
    running.stdout.once("data", () => running.kill(signal)); // after hello
    const { exitCode, stderr } = await running;
    assert.equal(exitCode, code);
    assert.equal(stderr, "");
  });
}

test("lab exits with 0 when its reader goes away (| head -1)", async () => {
  const child = spawn(process.execPath, [bin, "hello", "--delay", "300ms", "--count", "20"]);
  child.stdout.once("data", () => child.stdout.destroy());
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, "close");
  assert.deepEqual([code, stderr], [0, ""]);
});

test("lab ends on Ctrl-C while its reader has stalled", async () => {
  const child = spawn(process.execPath, [bin, "hello", "--delay", "0", "--count", "10000"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(child.stdout, "readable"); // never read: the pipe is full, and the rest waits in the command
  child.kill("SIGINT");
  const [code] = await once(child, "exit");
  assert.equal(code, 130);
});

test("lab exits with 2 for wrong usage on a full disk", {
  skip: !existsSync("/dev/full") && "needs /dev/full",
}, async () => {
  const child = spawn(process.execPath, [bin, "hello", "--nope"], {
    stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
  });
  const [stderr, [code]] = await Promise.all([text(child.stderr as Readable), once(child, "exit")]);
  assert.deepEqual([code, stderr.split("\n").length], [2, 2], stderr);
});

test("lab exits with 1 and one line for a full disk", {
  skip: !existsSync("/dev/full") && "needs /dev/full",
}, async () => {
  for (const args of [["--version"], ["--help"], ["hello", "--delay", "0"], ["hello", "--delay", "0", "--json"]]) {
    const child = spawn(process.execPath, [bin, ...args], { stdio: ["ignore", openSync("/dev/full", "w"), "pipe"] });
    let stderr = "";
    child.stderr?.on("data", (chunk) => {
      stderr += chunk;
    });
    const [code] = await once(child, "close");
    assert.equal(code, 1, args.join(" "));
    assert.match(stderr, /^lab: cannot write to stdout: .*ENOSPC[^\n]*\n$/);
  }
});

test("lab and asyncio-lab are the same program", () => {
  const { bin: bins } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  assert.deepEqual(bins, { "asyncio-lab": "bin/lab.js", lab: "bin/lab.js" });
});

async function outcome(running: ReturnType<typeof lab>): Promise<[number | undefined, string, string]> {
  const { exitCode, stdout, stderr } = await running;
  return [exitCode, stdout, stderr];
}
