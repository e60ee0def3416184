/**
 * `npm run build`, last: V8's code cache of what a run of `lab fetch` had to compile, for bin/load.js. It holds what all
 * commands need, and fetch is the one that is compared with others by the whole time of its process.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const [bin, saveCodeCache] = ["../bin/lab.js", "./save-code-cache.cjs"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
const env = { ...process.env };
delete env.NODE_OPTIONS; // a cache is good for the flags of its making alone

const server = spawn(process.execPath, [bin, "serve", "--port", "0", "--json"], {
  env,
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const ended = once(server, "exit").then(([code]) => Promise.reject(new Error(`lab serve ended with ${code}`)));
  const [line] = await Promise.race([once(server.stdout, "data"), ended]);
  const urls = ["--repeat", "300", `${JSON.parse(line).url}/item/1`];
  execFileSync(process.execPath, ["--require", saveCodeCache, bin, "fetch", ...urls], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
} catch (error) {
  console.error(`lab will start without a code cache, some 30 ms later: ${error.message}`);
} finally {
  server.kill("SIGTERM");
}
