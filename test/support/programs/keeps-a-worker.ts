/** Keeps a process worker until a signal. Writes the exit code or the signal of that worker into a file. */
import childProcess from "node:child_process";
import { writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { say } from "./say.js";

const [, , file = ""] = process.argv;
const { fork } = childProcess;
childProcess.fork = ((...args: Parameters<typeof fork>) => {
  const child = fork(...args);
  child.on("exit", (code, signal) => writeFileSync(file, `${code ?? signal}`));
  return child;
}) as typeof fork;
syncBuiltinESMExports();

const { ProcessPool, runMain, sleep } = await import("../../../src/concurrency/index.js");

runMain(async ({ signal }) => {
  const pool = new ProcessPool<{ one(): number }>(new URL("data:text/javascript,export const one = () => 1"), {
    maxWorkers: 1,
  });
  await pool.submit("one", []);
  say("ready");
  await sleep(60_000, { signal }).catch(() => {});
  await pool.shutdown();
});
