/** The scripts of lab completion in real shells: a command line is typed with a Tab at its end, and Enter. */
import "../support/hygiene.js";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { testAtOnce } from "../support/at-once.js";
import { temporaryFolder } from "../support/files.js";
import { lab } from "../support/lab.js";
import { onTerminal, withoutTerminal } from "../support/on-terminal.js";

const test = testAtOnce(3);

interface Shell {
  name: "bash" | "zsh" | "fish";
  start: string;
  /** Reads the completions from `script`, and has a \`lab\` that prints its words. */
  setUp(script: string): string;
}

const printsWords = `lab() { printf 'words:'; printf '<%s>' "$@"; echo; }`;

const shells: readonly Shell[] = [
  { name: "bash", start: "bash --norc -i", setUp: (script) => `source ${script}; ${printsWords}` },
  {
    name: "zsh",
    start: "zsh -f -i",
    setUp: (script) => `autoload -Uz compinit && compinit -u -D && source ${script}; ${printsWords}`,
  },
  {
    name: "fish",
    start: "fish --no-config -i",
    setUp: (script) => `source ${script}; function lab; printf 'words:'; printf '<%s>' $argv; echo; end`,
  },
];

/** Typed words, and the words that they become. */
const completed: readonly (readonly [typed: string, words: string])[] = [
  ["bloc", "blocking"],
  ["--json bloc", "--json blocking"],
  ["fetch-q", "fetch-quotes"],
  ["apm key", "apm keygen"],
  ["help apm key", "help apm keygen"],
  ["apm help serv", "apm help server"],
  ["completion zs", "completion zsh"],
  ["fetch-quotes --mo", "fetch-quotes --mode"],
  ["fetch-quotes --mode comp", "fetch-quotes --mode compare"],
  ["fetch-quotes --mode=comp", "fetch-quotes --mode=compare"],
  ["serve --no-", "serve --no-color"],
  ["serve --port 0 --no-", "serve --port 0 --no-color"],
  ["--json apm server --host h --no-", "--json apm server --host h --no-color"],
  ["blocking --on thr", "blocking --on thread"],
  ["blocking --on main,thr", "blocking --on main,thread"],
  ["blocking --on main,ma", "blocking --on main,ma"], // each at most once
  ["blocking --on=thread,ma", "blocking --on=thread,main"],
  ["completion bash zs", "completion bash zs"], // it takes one word
  ["completion --json zs", "completion --json zsh"],
  ["fetch --file lis", "fetch --file list.txt"],
  ["fetch -f lis", "fetch -f list.txt"],
  ["fetch --save fol", "fetch --save folder"],
  ["poller --curve lis", "poller --curve list.txt"],
  ["apm app --load thr", "apm app --load thread"],
  ["apm app -- cat lis", "apm app -- cat list.txt"],
  ["hello --delay lis", "hello --delay lis"],
  ["hello lis", "hello lis"],
];

for (const shell of shells) {
  const missing = spawnSync(shell.name, ["-c", "true"]).status !== 0 && `needs ${shell.name}`;

  test(`lab completion ${shell.name} completes names, options and values`, {
    skip: missing || withoutTerminal,
  }, async (t) => {
    const lines = await type(
      t,
      shell,
      completed.map(([typed]) => typed),
    );
    assert.deepEqual(
      lines,
      completed.map(([, words]) =>
        words
          .split(" ")
          .map((word) => `<${word}>`)
          .join(""),
      ),
    );
  });
}

/** Type each line after `lab`, with a Tab behind it. Returns the words that `lab` was called with. */
async function type(t: TestContext, { name, start, setUp }: Shell, typed: readonly string[]): Promise<string[]> {
  const folder = temporaryFolder(t);
  writeFileSync(folder("script"), (await lab(["completion", name])).stdout);
  writeFileSync(folder("list.txt"), "");
  mkdirSync(folder("folder"));
  const terminal = onTerminal(start);
  let shown = "";
  const printed = () =>
    [...shown.matchAll(/words:((?:<[^>\n]*>)+)\r?\n/g)].map(([, words = ""]) => words.replaceAll("/>", ">")); // zsh removes the slash on Enter
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => terminal.stdout.once("data", resolve));
  };
  terminal.stdout.on("data", (chunk) => {
    shown += chunk;
  });
  terminal.stdin.write(`cd ${folder(".")}; ${setUp(folder("script"))}; echo set''up\n`);
  await until(() => /setup/.test(shown));
  for (const [at, line] of typed.entries()) {
    terminal.stdin.write(`lab ${line}\t\n`);
    await until(() => printed().length > at);
  }
  terminal.stdin.write("exit\n");
  await terminal;
  return printed();
}
