import type { TestContext } from "node:test";
import { descendantsOf, membersOf } from "../family.js";
import { type Origin, startOrigin } from "../origin.js";
import { type RunningLab, startLab } from "../running-lab.js";
import { until } from "../until.js";
import { disturbed } from "./rough-pages.js";

/** An origin whose page never comes to rest: its script asks for `/alive`, then loops without end. */
export function startRestless(t: TestContext): Promise<Origin> {
  const script = "fetch('/alive').finally(() => setTimeout(() => { while (true); }, 100))";
  return startOrigin(t, ({ url = "" }, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(url === "/alive" ? "" : disturbed(script));
  });
}

/** Start `lab news --render chromium` for a page that never rests. Resolves with its browser's group once the page runs. */
export async function startRendering(
  t: TestContext,
  origin: Origin,
): Promise<{ running: RunningLab; group: number; size: number }> {
  const before = origin.requests.length;
  const running = startLab(t, ["news", "--render", "chromium", "--site", `${origin.url}/`]);
  await until("its script", () => origin.requests.slice(before).some(({ url }) => url === "/alive"));
  const pids = descendantsOf(running.child.pid ?? 0);
  const group = pids.find((pid) => membersOf(pid).length > 1) ?? 0;
  return { running, group, size: membersOf(group).length };
}

/** Wait until no process of a browser is left. */
export function untilGone(group: number): Promise<void> {
  return until("the browser's processes to end", () => membersOf(group).length === 0);
}
