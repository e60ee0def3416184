/** Run test files in the given order, which `node --test` does not keep. */
import { run } from "node:test";
import { spec } from "node:test/reporters";

/** May be more than the cores, because the longest files mostly wait. */
const atOnce = 3;

const limitMs = 300_000; // per file, so that a file that hangs does not block the rest

const files = process.argv.slice(2);
run({ files, concurrency: atOnce, timeout: limitMs })
  .on("test:fail", ({ todo }) => {
    if (todo === undefined || todo === false) process.exitCode = 1;
  })
  .compose(new spec())
  .pipe(process.stdout);
