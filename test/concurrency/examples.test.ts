/** Each export of concurrency has a doc comment with an example, which prints the lines that its comments give. */
import "../support/hygiene.js";
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as concurrency from "../../src/concurrency/index.js";
import { testAtOnce } from "../support/at-once.js";
import { assertPrints } from "../support/code-example.js";
import { root } from "../support/lab.js";

const test = testAtOnce(3);
const exported = Object.keys(concurrency);
const imports = `import { ${exported.join(", ")} } from "asyncio-lab/concurrency";\n`;
const mostWords = 110;

const folder = join(root, "src/concurrency");
const source = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith("index.ts"))
  .map((file) => readFileSync(join(folder, file), "utf8"))
  .join("\n");

for (const name of exported) {
  const declared = new RegExp(
    `/\\*\\*((?:(?!\\*/)[\\s\\S])*?)\\*/\\nexport (?:async )?(?:class|function) ${name}\\b`,
  ).exec(source);
  const comment = (declared?.[1] ?? "").replaceAll(/^ *\* ?/gm, "");

  test(`${name} has an example that prints the lines in its comments`, async () => {
    const examples = [...comment.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, code]) => code ?? "");
    assert.ok(examples.length > 0, `${name} has no example`);
    for (const code of examples) await assertPrints(imports + code);
  });

  test(`${name} is documented in at most ${mostWords} words`, () => {
    const words = comment.replaceAll(/^```js\n[\s\S]*?^```/gm, "").split(/\s+/).length;
    assert.ok(words <= mostWords, `${words} words`);
  });
}
