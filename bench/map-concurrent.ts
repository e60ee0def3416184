import { mapConcurrent, streamConcurrent } from "../src/concurrency/index.js";
import { type Contestant, compare, peer } from "./support/compare.js";

const items = Array.from({ length: 50_000 }, (_, i) => i);
const concurrency = 16;
const double = async (item: number) => item * 2;

/** What does it cost to map many items with a trivial async mapper, a few at a time? */
export default async function mapping(): Promise<void> {
  const pMap = await peer("p-map", async () => (await import("p-map")).default);
  const pLimit = await peer("p-limit", async () => (await import("p-limit")).default);
  const contestants: Contestant[] = [
    { name: "mapConcurrent", run: () => mapConcurrent(items, double, { concurrency }) },
    {
      name: "streamConcurrent",
      run: async () => {
        for await (const _ of streamConcurrent(items, double, { concurrency }));
      },
    },
  ];
  if (pMap) contestants.push({ name: "p-map", run: () => pMap(items, double, { concurrency }) });
  if (pLimit) contestants.push({ name: "p-limit.map", run: () => pLimit(concurrency).map(items, double) });
  await compare({ question: `${items.length} items, ${concurrency} at a time`, rounds: 15, contestants });
}
