#!/usr/bin/env node
const { load } = require("./load.js");

const { lab, runMain } = load(); // src/cli.ts and src/concurrency/run-main.ts in one file
const { main, onError } = lab(process.argv.slice(2));
runMain(main, { onError });
