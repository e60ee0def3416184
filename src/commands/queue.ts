import { type QueueEvent, type QueueRow, queue } from "../labs/queue.js";
import { barWidth } from "../terminal/bar.js";
import { Progress } from "../terminal/progress.js";
import { sparkline } from "../terminal/sparkline.js";
import { counted } from "../text/counted.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { option } from "./kit/option.js";
import { stopHeapGrowth } from "./kit/process-setup.js";
import { wholeNumber } from "./kit/values.js";

interface QueueCommandOptions {
  items: number;
  workers: number;
  maxSize: number;
}

const nameWidth = 8;
const mostCells = 60; // of a sparkline

const command: CommandDefinition<QueueCommandOptions> = {
  options: [
    option("--items <number>", "number of items", wholeNumber(1, 1_000_000), "1000"),
    option("--workers <number>", "number of workers, which take the items", wholeNumber(1, 1000), "4"),
    option("--max-size <number>", "the most items in the bounded queue", wholeNumber(1, 1_000_000), "16"),
  ],
  examples: ["lab queue", "lab queue --items 100000 --workers 10 --max-size 100"],
  prepare: stopHeapGrowth, // each item makes the same garbage, and Node 24 would keep 200 MiB of it
  async run({ items, workers, maxSize }, { signal, out }) {
    const progress = new Progress(2 * items); // through two queues
    out.line(`${counted(items, "item")} from two producers, through a queue, to ${counted(workers, "worker")}\n`);
    const emit = (event: QueueEvent) => {
      if (event === "handled") return progress.step();
      progress.clear();
      out.line(rowLine(event, out.width));
    };
    try {
      const report = await queue({ items, workers, maxSize }, { signal, emit });
      out.report(report, () => [], report);
    } finally {
      progress.clear();
    }
  },
};
export default command;

/** The depth of the queue over time, scaled to its peak, as far as it fits on the line. */
function rowLine({ maxSize, peak, seconds, depth }: QueueRow, width: number): string {
  const name = maxSize === null ? "no bound" : "bounded";
  const figures = `peak ${String(peak).padStart(7)}, ${seconds.toFixed(2)} s`;
  const cells = barWidth(mostCells, width - nameWidth - figures.length - 2);
  const line = cells === 0 ? "" : `${sparkline(depth.cells, { width: cells }).padEnd(cells)} `;
  return `${name.padEnd(nameWidth)} ${line}${figures}`;
}
