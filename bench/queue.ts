import { Queue } from "../src/concurrency/index.js";
import { type Contestant, compare, peer } from "./support/compare.js";

const pairs = 100_000;
const million = 1_000_000;

/** What does a put and a get cost, and does it stay the same however long the queue is? */
export default async function queue(): Promise<void> {
  const fastq = await peer("fastq", async () => (await import("fastq")).default);
  const contestants: Contestant[] = [
    { name: "two awaited resolved promises", run: twoAwaits },
    { name: "Queue put + get", run: () => putAndGet(new Queue<number>(), pairs) },
    { name: "Queue put + get, bounded", run: () => putAndGet(new Queue<number>({ maxSize: 16 }), pairs) },
  ];
  if (fastq) contestants.push({ name: "fastq push", run: () => fastqPush(fastq) });
  await compare({ question: `${pairs} items in and out, one by one`, rounds: 15, contestants });

  const perTenth = (items: number) => ({
    name: `${million} items, the queue ${items} long`,
    run: () => inBatches(items),
  });
  await compare({
    question: "Flat at any length",
    rounds: 7,
    contestants: [1_000, 10_000, 100_000, million].map(perTenth),
  });
}

async function twoAwaits(): Promise<void> {
  const resolved = Promise.resolve();
  for (let i = 0; i < pairs; i++) {
    await resolved;
    await resolved;
  }
}

async function putAndGet(items: Queue<number>, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await items.put(i);
    await items.get();
  }
}

async function inBatches(size: number): Promise<void> {
  const items = new Queue<number>();
  for (let done = 0; done < million; done += size) {
    for (let i = 0; i < size; i++) await items.put(i);
    for (let i = 0; i < size; i++) await items.get();
  }
}

async function fastqPush(fastq: typeof import("fastq")): Promise<void> {
  const worker = fastq.promise(async (item: number) => item, 1);
  for (let i = 0; i < pairs; i++) await worker.push(i);
}
