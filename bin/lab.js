#!/usr/bin/env node
const { load } = require("./load.js");

try {
  const { lab, runMain } = load(); // src/cli.ts and src/concurrency/run-main.ts in one file
  const { main, onError } = lab(process.argv.slice(2));
  runMain(main, { onError });
} catch (error) {
  if (error.code !== "CANNOT_START") throw error;
  process.stderr.write(`lab: ${error.message}\n`);
  process.exitCode = 1;
}
