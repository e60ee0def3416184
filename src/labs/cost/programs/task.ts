/** Tasks that wait, as in the notes: each sleeps for an hour. */
import { setTimeout } from "node:timers/promises";
import { serveRamp } from "./serve.js";

const hour = 3_600_000;
const tasks: Promise<void>[] = [];

serveRamp((count, stands) => {
  for (let n = 0; n < count; n++) {
    tasks.push(task());
    stands();
  }
});

async function task(): Promise<void> {
  await setTimeout(hour);
}
