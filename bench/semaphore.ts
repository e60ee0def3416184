import { Semaphore } from "../src/concurrency/index.js";
import { type Contestant, compare, peer } from "./support/compare.js";

const tasks = 20_000;
const permits = 16;
const work = async () => {};

/** What does it cost to let `tasks` trivial tasks, all there from the start, through `permits` permits? */
export default async function semaphore(): Promise<void> {
  const pLimit = await peer("p-limit", async () => (await import("p-limit")).default);
  const asyncSema = await peer("async-sema", async () => (await import("async-sema")).Sema);
  await compare({
    question: `${tasks} tasks through ${permits} permits, all waiting at once`,
    rounds: 15,
    contestants: contestants(pLimit, asyncSema),
  });
}

function contestants(
  pLimit: typeof import("p-limit").default | undefined,
  Sema: typeof import("async-sema").Sema | undefined,
): Contestant[] {
  const all: Contestant[] = [
    {
      name: "Semaphore.use",
      run: () => {
        const slots = new Semaphore(permits);
        return Promise.all(Array.from({ length: tasks }, () => slots.use(work)));
      },
    },
    {
      name: "Semaphore.acquire",
      run: () => {
        const slots = new Semaphore(permits);
        return Promise.all(
          Array.from({ length: tasks }, async () => {
            const release = await slots.acquire();
            await work();
            release();
          }),
        );
      },
    },
  ];
  if (pLimit) {
    all.push({
      name: "p-limit",
      run: () => {
        const limit = pLimit(permits);
        return Promise.all(Array.from({ length: tasks }, () => limit(work)));
      },
    });
  }
  if (Sema) {
    all.push({
      name: "async-sema",
      run: () => {
        const sema = new Sema(permits, { capacity: tasks });
        return Promise.all(
          Array.from({ length: tasks }, async () => {
            await sema.acquire();
            await work();
            sema.release();
          }),
        );
      },
    });
  }
  return all;
}
