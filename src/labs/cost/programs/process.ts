/** Node processes that wait for a message. Each is started once the one before is ready. */
import { type ChildProcess, spawn } from "node:child_process";
import { nextMessage } from "./next-message.js";
import { serveRamp } from "./serve.js";

const code = 'process.on("message", () => {}); process.send("ready");'; // ends when its channel closes
const children: ChildProcess[] = [];

serveRamp(async (count, stands) => {
  for (let n = 0; n < count; n++) {
    const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    await nextMessage(child);
    children.push(child);
    stands();
  }
});
