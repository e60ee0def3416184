/**
 * Runs many command lines of bin/lab.js in one process. The argument is a JSON array of them. Each one gives a line of
 * JSON on stdout, with its output and its exit code. A command line must end by itself and leave nothing behind; wrong
 * ones do.
 */
import { createRequire } from "node:module";
import { setImmediate } from "node:timers/promises";
import type { lab as Lab } from "../../../src/cli.js";
import type { runMain as RunMain } from "../../../src/concurrency/index.js";

const { load } = createRequire(import.meta.url)("../../../../bin/load.js") as {
  load(): { lab: typeof Lab; runMain: typeof RunMain };
};
const { lab, runMain } = load();
const print = process.stdout.write.bind(process.stdout);
process.exit = ((code?: number) => {
  process.exitCode ??= code; // lab fetch may call this to end early, but here the next command line follows
}) as typeof process.exit;
for (const emitter of [process, process.stdout, process.stderr]) emitter.setMaxListeners(0); // each run adds its own listeners

for (const argv of JSON.parse(process.argv[2] ?? "[]") as string[][]) {
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    process[name].write = (chunk: string, ...rest: unknown[]) => {
      said[name] += chunk;
      const written = rest.at(-1);
      if (typeof written === "function") process.nextTick(written as () => void);
      return true;
    };
  }
  process.exitCode = undefined;
  const { main, onError } = lab(argv);
  runMain(main, { onError });
  while (process.exitCode === undefined) await setImmediate();
  print(`${JSON.stringify({ ...said, exitCode: process.exitCode })}\n`);
}
process.exitCode = 0;
