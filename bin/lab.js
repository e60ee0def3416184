#!/usr/bin/env node
const { lab, runMain } = require("../dist/lab.cjs"); // src/cli.ts and src/concurrency/run-main.ts in one file

const { main, onError } = lab(process.argv.slice(2));
runMain(main, { onError });
