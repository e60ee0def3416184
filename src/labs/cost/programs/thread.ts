/** Workers that wait for a message. Each is started once the one before is ready. */
import { Worker } from "node:worker_threads";
import { nextMessage } from "./next-message.js";
import { serveRamp } from "./serve.js";

const code = `
  const { parentPort } = require("node:worker_threads");
  parentPort.on("message", () => {});
  parentPort.postMessage("ready");
`;
const workers: Worker[] = [];

serveRamp(async (count, stands) => {
  for (let n = 0; n < count; n++) {
    const worker = new Worker(code, { eval: true });
    await nextMessage(worker);
    workers.push(worker);
    stands();
  }
});
