import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { sleep, taskGroup } from "../src/concurrency/index.js";
import { type Contestant, compare, print } from "./support/compare.js";

const children = 10_000;
const sleepMs = 100;

const python = `
import asyncio, time
async def child(): await asyncio.sleep(${sleepMs / 1000})
async def main():
    async with asyncio.TaskGroup() as group:
        for _ in range(${children}): group.create_task(child())
asyncio.run(main())
start = time.perf_counter()
asyncio.run(main())
print((time.perf_counter() - start) * 1000)
`;

/** How long do ten thousand children that sleep take, from the first spawn to the end of their group? */
export default async function taskGroups(): Promise<void> {
  const contestants: Contestant[] = [
    { name: "taskGroup", run: () => spawnAll((own) => sleep(sleepMs, { signal: own })) },
    { name: "taskGroup, children without a signal", run: () => spawnAll(() => sleep(sleepMs)) },
    { name: "Promise.all of sleeps", run: () => Promise.all(Array.from({ length: children }, () => sleep(sleepMs))) },
  ];
  if (await inPython().catch(() => undefined)) contestants.unshift({ name: "asyncio.TaskGroup", run: inPython });
  else print("  (python3 with asyncio.TaskGroup, 3.11 or later, is not there: skipped)");
  await compare({ question: `${children} children that sleep ${sleepMs} ms`, rounds: 9, contestants });
}

function spawnAll(child: (signal: AbortSignal) => Promise<void>): Promise<void> {
  return taskGroup((group) => {
    for (let i = 0; i < children; i++) group.spawn(child);
  });
}

/** The second run in its process: the first one warms up. */
async function inPython(): Promise<number> {
  const { stdout } = await promisify(execFile)("python3", ["-c", python]);
  return Number(stdout);
}
