/**
 * `npm run build`, last: dist/lab.cache, V8's code cache of what a run of `lab fetch` had to compile, for bin/load.js.
 * It holds what all commands need, and fetch is the one that is compared with others by the whole time of its process.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const { cache } = createRequire(import.meta.url)("../bin/load.js");
const [bin, saveCodeCache] = ["../bin/lab.js", "./save-code-cache.cjs"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

rmSync(cache, { force: true }); // V8 knows a source by its length alone: an old cache is worse than none
const server = spawn(process.execPath, [bin, "serve", "--port", "0", "--json"], {
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const [line] = await once(server.stdout, "data");
  const urls = ["--repeat", "300", `${JSON.parse(line).url}/item/1`];
  execFileSync(process.execPath, ["--require", saveCodeCache, bin, "fetch", ...urls], {
    stdio: ["ignore", "ignore", "inherit"],
  });
} catch (error) {
  console.error(`lab will start without a code cache, some 30 ms later: ${error.message}`);
} finally {
  server.kill("SIGTERM");
}
