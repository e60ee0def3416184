import { timeout } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

/** Nothing keeps this process alive. It ends although both calls still wait. */
const never = () => new Promise(() => {});
void timeout(undefined, never);
void timeout(Number.POSITIVE_INFINITY, never);
process.on("exit", () => say("left"));
