import "./support/hygiene.js";
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { assertPrints } from "./support/code-example.js";
import { root } from "./support/lab.js";
import { anchorsOf, pages } from "./support/pages.js";

for (const { name, text } of pages) {
  test(`links in ${name} lead to files and headings that exist`, () => {
    for (const [, target = "", anchor] of text.matchAll(/\]\(([^)#\s]*)(?:#([^)\s]*))?\)/g)) {
      if (/^https?:/.test(target)) continue;
      const file = target === "" ? name : relative(root, join(root, dirname(name), target));
      assert.ok(existsSync(join(root, file)), `${name}: ${target}`);
      const page = pages.find((each) => each.name === file);
      if (anchor !== undefined && page) assert.ok(anchorsOf(page).includes(anchor), `${name}: ${target}#${anchor}`);
    }
  });

  for (const [index, [, code = ""]] of [...text.matchAll(/^```js\n([\s\S]*?)^```/gm)].entries()) {
    test(`example ${index + 1} of ${name} prints the lines in its comments`, () => assertPrints(code));
  }
}
