/**
 * `npm test`: every test/**\/*.test.ts, and with --faults every *.fault.ts (they need root, or much time), built, by explicit file name (globs and
 * folders each fail on some Node version).
 */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const sources = fileURLToPath(new URL("../../../test", import.meta.url));
const built = fileURLToPath(new URL("..", import.meta.url));
const faults = process.argv.includes("--faults");
const wanted = process.argv.slice(2).filter((arg) => arg !== "--faults"); // parts of file names; none: all of them
const files = readdirSync(sources, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(faults ? ".fault.ts" : ".test.ts"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort()
  .map((name) => join(built, name.replace(/\.ts$/, ".js")));

const runner = spawn(process.execPath, ["--test", "--test-timeout=300000", "--test-concurrency=2", ...files], {
  stdio: "inherit",
});
runner.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
