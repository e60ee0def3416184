/** A program of lab shutdown that somebody kills: before its main is done, or `after` it. */
import { writeSync } from "node:fs";
import { now } from "../../../src/labs/shutdown/programs/times.js";

if (process.argv[3] === "after") writeSync(1, `${JSON.stringify({ kind: "ran", what: "main", at: now() })}\n`);
process.kill(process.pid, "SIGKILL");
