import { Queue } from "../concurrency/index.js";
import type { Item } from "./items.js";
import type { Finding, LabContext } from "./lab.js";
import { boundedFindings, unboundedFinding } from "./queue/findings.js";
import { type Load, type LoadRun, runLoad } from "./queue/run-load.js";
import { truthLoopFinding, whileTrue } from "./queue/truth-loop.js";

export interface QueueOptions extends Load {
  /** The most items in the bounded queue. */
  maxSize: number;
}

export interface QueueRow extends LoadRun {
  /** null: without a bound. */
  maxSize: number | null;
  itemsPerSecond: number;
}

export interface QueueReport extends QueueOptions {
  rows: QueueRow[];
  findings: Finding[];
}

/** An item was handled, or a run is over. */
export type QueueEvent = "handled" | QueueRow;

/** The parts that a test replaces, to see each finding fail. */
export interface QueueParts {
  makeQueue(maxSize: number | undefined): Queue<Item>;
  itemsOf(queue: Queue<Item>, signal: AbortSignal): AsyncIterable<Item>;
  truthLoop(queue: Queue<Item>): AsyncIterable<Item>;
}

const realParts: QueueParts = {
  makeQueue: (maxSize) => new Queue(maxSize === undefined ? {} : { maxSize }),
  itemsOf: (queue, signal) => queue.items({ signal }),
  truthLoop: whileTrue,
};

/**
 * The notes' sixth tier: feed data to tasks that live long, through a queue. The same load runs through a queue of
 * `maxSize` and through one without a bound.
 */
export async function queue(
  { items, workers, maxSize }: QueueOptions,
  { signal, emit }: LabContext<QueueEvent>,
  parts: Partial<QueueParts> = {},
): Promise<QueueReport> {
  const { makeQueue, itemsOf, truthLoop } = { ...realParts, ...parts };

  async function runThrough(bound: number | undefined): Promise<QueueRow> {
    const inUse = { queue: makeQueue(bound), itemsOf };
    const run = await runLoad({ items, workers }, inUse, signal, () => void emit?.("handled"));
    const row = { maxSize: bound ?? null, itemsPerSecond: run.handled.once / run.seconds, ...run };
    emit?.(row);
    return row;
  }

  const bounded = await runThrough(maxSize);
  const unbounded = await runThrough(undefined);
  const findings = [
    ...boundedFindings(bounded, { items, workers, maxSize }),
    ...unboundedFinding(unbounded, { items, workers, maxSize }),
    await truthLoopFinding(truthLoop),
  ];
  return { items, workers, maxSize, rows: [bounded, unbounded], findings };
}
