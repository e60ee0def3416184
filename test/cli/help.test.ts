import "../support/hygiene.js";
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { testAtOnce } from "../support/at-once.js";
import { commands } from "../support/commands.js";
import { lab, root } from "../support/lab.js";

const test = testAtOnce(3);
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

async function stdoutOf(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await lab(args);
  assert.deepEqual([exitCode, stderr], [0, ""], args.join(" "));
  return stdout;
}

test("lab --help fits on a screen of 80 columns and 60 lines", async () => {
  const lines = (await stdoutOf("--help")).split("\n");
  assert.ok(lines.length <= 60, `${lines.length} lines`);
  assert.deepEqual(
    lines.filter((line) => line.length > 80),
    [],
  );
});

test("lab --help lists the commands of each chapter by their full names", async () => {
  const help = await stdoutOf("--help");
  const chapters = new Map<string, string[]>();
  let chapter = "";
  for (const line of help.split("\n")) {
    [, chapter = chapter] = /^(\S.*):$/.exec(line) ?? [];
    const [, name] = /^ {2}([^\s-].*?) {2,}\S/.exec(line) ?? [];
    if (name) chapters.set(chapter, [...(chapters.get(chapter) ?? []), name]);
  }
  assert.deepEqual(Object.fromEntries(chapters), {
    Quickstart: ["hello", "blocking"],
    Threads: ["race", "cost", "parallel"],
    "Inside async code": ["coroutine", "tower", "queue", "janus", "shutdown"],
    HTTP: ["fetch-quotes", "fetch", "serve"],
    Web: ["web", "news", "patrons"],
    ZeroMQ: ["poller-srv", "poller"],
    Streams: ["mq server", "mq listen", "mq send"],
    "Application monitoring": ["apm server", "apm app", "apm keygen"],
    "See inside": ["ps", "tree"],
    Shell: ["completion"],
  });
  assert.deepEqual([...chapters.values()].flat().sort(), [...commands].sort());
});

test("lab --help names the first commands to try, and where to read on", async () => {
  const help = await stdoutOf("--help");
  assert.match(help, /^Start here: {2}lab hello\n {6}then: {2}lab fetch-quotes --mode compare$/m);
  const [, page = ""] = /(\S+\.md)\n$/.exec(help) ?? [];
  assert.ok(existsSync(join(root, page)), page);
});

for (const [words, same] of [
  [
    ["--json", "help", "fetch"],
    ["fetch", "--help"],
  ],
  [
    ["help", "fetch", "--json"],
    ["fetch", "--help"],
  ],
  [
    ["help", "apm", "keygen"],
    ["apm", "keygen", "--help"],
  ],
  [
    ["apm", "help", "keygen"],
    ["apm", "keygen", "--help"],
  ],
  [
    ["apm", "keygen", "help"],
    ["apm", "keygen", "--help"],
  ],
  [
    ["fetch", "help"],
    ["fetch", "--help"],
  ],
  [
    ["hello", "help"],
    ["hello", "--help"],
  ],
  [
    ["apm", "help"],
    ["apm", "--help"],
  ],
  [
    ["--no-color", "apm", "help"],
    ["apm", "--help"],
  ],
  [
    ["--json", "apm", "--help"],
    ["apm", "--help"],
  ],
  [
    ["--help", "hello"],
    ["hello", "--help"],
  ],
  [
    ["-h", "--json", "apm", "keygen"],
    ["apm", "keygen", "--help"],
  ],
  [
    ["apm", "--help", "keygen"],
    ["apm", "keygen", "--help"],
  ],
  [
    ["help", "apm"],
    ["apm", "--help"],
  ],
  [["help"], ["--help"]],
  [["--json", "help"], ["--help"]],
  [["help", "help"], ["--help"]],
] as const) {
  test(`lab ${words.join(" ")} is lab ${same.join(" ")}`, async () => {
    assert.equal(await stdoutOf(...words), await stdoutOf(...same));
  });
}

for (const words of [["--version"], ["-V"], ["version"], ["--json", "version"], ["--json", "-V"], ["hello", "-V"]]) {
  test(`lab ${words.join(" ")} prints the version`, async () => {
    assert.equal(await stdoutOf(...words), `${version}\n`);
  });
}
