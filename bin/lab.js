#!/usr/bin/env node
import { lab } from "../dist/src/cli.js";
import { runMain } from "../dist/src/concurrency/run-main.js";

const { main, onError } = lab(process.argv.slice(2));
runMain(main, { onError });
