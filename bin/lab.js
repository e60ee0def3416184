#!/usr/bin/env node
const { load, whyNot } = require("./load.js");

const obstacle = whyNot();
if (obstacle) {
  process.stderr.write(`lab: ${obstacle}\n`);
  process.exitCode = 1;
} else {
  const { lab, runMain } = load(); // src/cli.ts and src/concurrency/run-main.ts in one file
  const { main, onError } = lab(process.argv.slice(2));
  runMain(main, { onError });
}
