/**
 * `npm test` runs every test/**\/*.test.ts, as built. With --faults it runs every *.fault.ts instead; these need root,
 * or much time. It passes explicit file names, because globs and folders each fail on some Node version.
 */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The longest files go first, so that none of them runs alone at the end. The rest follows, cli/ first. */
const longest = [
  "cli/apm/page",
  "cli/apm/app-faults",
  "cli/examples/alone",
  "cli/examples/with-peers",
  "cli/poller/faults",
  "cli/usage",
];

const sources = fileURLToPath(new URL("../../../test", import.meta.url));
const built = fileURLToPath(new URL("..", import.meta.url));
const faults = process.argv.includes("--faults");
const wanted = process.argv.slice(2).filter((arg) => arg !== "--faults"); // parts of file names; without any, all files run
const files = readdirSync(sources, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(faults ? ".fault.ts" : ".test.ts"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  .map((name) => join(built, name.replace(/\.ts$/, ".js")));

if (files.length === 0) throw new Error(`no tests in files with names like ${wanted.join(", ")}`);

const runner = spawn(process.execPath, [join(built, "support/run-files.js"), ...files], { stdio: "inherit" });
runner.on("exit", (code) => {
  process.exitCode = code ?? 1;
});

function rank(name: string): number {
  const at = longest.indexOf(name.replace(/\.test\.ts$/, ""));
  if (at >= 0) return at;
  return name.startsWith("cli") ? longest.length : longest.length + 1;
}
