/** Run files of tests, in the order given, which `node --test` does not keep. */
import { run } from "node:test";
import { spec } from "node:test/reporters";

/** More than most machines have cores: the longest files mostly wait. */
const atOnce = 3;

const limitMs = 300_000; // of a file: what hangs must not hang the rest

const files = process.argv.slice(2);
run({ files, concurrency: atOnce, timeout: limitMs })
  .on("test:fail", ({ todo }) => {
    if (todo === undefined || todo === false) process.exitCode = 1;
  })
  .compose(new spec())
  .pipe(process.stdout);
