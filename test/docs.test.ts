import "./support/hygiene.js";
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { root } from "./support/lab.js";
import { pages } from "./support/pages.js";

test("every link between the pages leads to something", () => {
  for (const { name, text } of pages) {
    for (const [, target = ""] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (!/^https?:/.test(target)) assert.ok(existsSync(join(root, dirname(name), target)), `${name}: ${target}`);
    }
  }
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
