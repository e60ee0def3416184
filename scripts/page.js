/** `npm run build`, the page of lab apm server: what the compiler does not copy, beside what it compiled. */
import { cpSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [from, to] = ["../src/labs/apm/page/", "../dist/src/labs/apm/page/"].map(
  (path) => new URL(path, import.meta.url),
);
for (const name of readdirSync(from)) {
  if (/\.(?:html|css|svg)$/.test(name)) cpSync(fileURLToPath(new URL(name, from)), fileURLToPath(new URL(name, to)));
}
