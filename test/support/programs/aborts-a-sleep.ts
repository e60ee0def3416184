import { sleep } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

const controller = new AbortController();
const asleep = sleep(60_000, controller);
controller.abort("wake up");
await asleep.catch(say);
