/** `npm run bench [name…]`: every question, or those named. */
import { cpus } from "node:os";
import { print } from "./support/compare.js";

const questions: Record<string, () => Promise<{ default: () => Promise<void> }>> = {
  "start-up": () => import("./start-up.js"),
  semaphore: () => import("./semaphore.js"),
  "map-concurrent": () => import("./map-concurrent.js"),
  queue: () => import("./queue.js"),
  "task-group": () => import("./task-group.js"),
  executor: () => import("./executor.js"),
  poller: () => import("./poller.js"),
  mq: () => import("./mq.js"),
  "mq-load": () => import("./mq-load.js"),
  web: () => import("./web.js"),
  "web-end": () => import("./web-end.js"),
  patrons: () => import("./patrons.js"),
  "patrons-start": () => import("./patrons-start.js"),
  "apm-app": () => import("./apm-app.js"),
  "fetch-engine": () => import("./fetch-engine.js"),
  "fetch-process": () => import("./fetch-process.js"),
  "fetch-waits": () => import("./fetch-waits.js"),
  "fetch-memory": () => import("./fetch-memory.js"),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(questions, name));
if (unknown.length > 0)
  throw new Error(`no bench called ${unknown.join(", ")}; there are ${Object.keys(questions).join(", ")}`);

print(
  `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown CPU"}`,
);
for (const [name, load] of Object.entries(questions)) {
  if (wanted.length === 0 || wanted.includes(name)) await (await load()).default();
}
