import "./support/hygiene.js";
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { runAsPrinted } from "./support/as-printed.js";
import { root } from "./support/lab.js";

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`),
]
  .filter((name) => name.endsWith(".md"))
  .map((name) => ({ name, text: readFileSync(join(root, name), "utf8") }));

test("every link between the pages leads to something", () => {
  for (const { name, text } of pages) {
    for (const [, target = ""] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (!/^https?:/.test(target)) assert.ok(existsSync(join(root, dirname(name), target)), `${name}: ${target}`);
    }
  }
});

const commands = new Set(
  pages.flatMap(({ text }) =>
    [...text.matchAll(/^ {4}(?:npx )?(lab [^#\n]*)/gm)].map(([, line]) => (line ?? "").trim()),
  ),
);

for (const command of commands) {
  test(`\`${command}\` works as the pages print it`, async (t) => {
    const { exitCode, stderr } = await runAsPrinted(t, command);
    assert.equal(exitCode, 0, stderr);
  });
}

test("the README's commands are there to be run", () => {
  assert.ok(commands.has("lab fetch-quotes"));
  assert.ok(commands.size >= 6, [...commands].join("; "));
});

for (const { name, text } of pages) {
  for (const [index, [, code = ""]] of [...text.matchAll(/^```js\n([\s\S]*?)^```/gm)].entries()) {
    test(`example ${index + 1} of ${name} prints what its comments say`, async () => {
      const { stdout } = await execa(process.execPath, ["--input-type=module", "--eval", code], { cwd: root });
      const said = [...code.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].flatMap(
        ([, comment]) => comment?.split(" then ") ?? [],
      );
      assert.ok(said.length > 0);
      for (const line of said) assert.ok(stdout.split("\n").includes(line), `${line}\n\n${stdout}`);
    });
  }
}
