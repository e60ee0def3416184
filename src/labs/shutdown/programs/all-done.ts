/** Each task is done before main is. */
import { sleep } from "../../../concurrency/index.js";
import { part, start } from "./start.js";

start(async ({ spawn }) => {
  await spawn((signal) => part("task", () => sleep(10, { signal })));
});
