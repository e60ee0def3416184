import "../support/hygiene.js";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Option } from "commander";
import { commands } from "../support/commands.js";
import { root } from "../support/lab.js";

const file = join(root, "man/lab.1");
const skip = spawnSync("man", ["--version"]).status !== 0 && "needs man";

/** The page as text, 200 columns wide, and the warnings of groff. */
function rendered(): { text: string; warnings: string } {
  const { stdout, stderr } = spawnSync("man", ["--warnings", "-E", "UTF-8", "-l", file], {
    encoding: "utf8",
    env: { ...process.env, MANWIDTH: "200", LC_ALL: "C.UTF-8" },
  });
  return { text: stdout, warnings: stderr };
}

test("man/lab.1 is a page without warnings", { skip }, () => {
  const { text, warnings } = rendered();
  assert.equal(warnings, "");
  assert.match(text, /^LAB\(1\)/);
});

test("man/lab.1 has every command, its options and its examples", { skip }, async () => {
  const { text } = rendered();
  for (const command of commands) {
    const { default: definition } = await import(`../../src/commands/${command.replace(" ", "/")}.js`);
    const section = text.split(`\n   lab ${command}\n`)[1]?.split("\n   lab ")[0] ?? assert.fail(command);
    for (const { flags } of definition.options as Option[]) assert.ok(section.includes(`       ${flags}`), flags);
    for (const example of definition.examples) assert.ok(section.includes(example), example);
  }
});

test("man/lab.1 comes with the package", () => {
  const { man, files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  assert.equal(man, "man/lab.1");
  assert.ok(files.includes("man"));
});
