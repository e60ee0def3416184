import { type JanusEvent, type JanusRow, janus } from "../labs/janus.js";
import { Progress } from "../terminal/progress.js";
import { counted } from "../text/counted.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { option } from "./kit/option.js";
import { wholeNumber } from "./kit/values.js";

interface JanusCommandOptions {
  count: number;
  maxSize: number;
}

const command: CommandDefinition<JanusCommandOptions> = {
  options: [
    option("--count <number>", "number of items each way", wholeNumber(1, 1_000_000), "10"),
    option("--max-size <number>", "the most items in a queue", wholeNumber(1, 1000), "4"),
  ],
  examples: ["lab janus", "lab janus --count 20000 --max-size 16"],
  async run({ count, maxSize }, { signal, out }) {
    let progress: Progress | undefined; // of both ways, from the first item on
    out.line(`A thread that blocks, the event loop, and queues of ${maxSize} between them\n`);
    const emit = (event: JanusEvent) => {
      if (event === "item") {
        progress ??= new Progress(2 * count);
        return progress.step();
      }
      progress?.clear();
      out.line(rowLine(event));
    };
    try {
      const report = await janus({ count, maxSize }, { signal, emit });
      out.report(report, () => [], report);
    } finally {
      progress?.clear();
    }
  },
};
export default command;

const rowNames = {
  put: "worker in put()",
  get: "worker in get()",
  toLoop: "worker → loop",
  toWorker: "loop → worker",
};

function rowLine(row: JanusRow): string {
  const name = rowNames[row.what].padEnd(15);
  const late = `loop late by ${row.lateMs.toFixed(0).padStart(3)} ms`;
  if ("itemsPerSecond" in row) {
    return `${name}  ${late}  ${counted(row.received, "item")} in ${row.seconds.toFixed(2)} s`;
  }
  const woken = row.wokenMs === null ? "not woken" : `woken in ${row.wokenMs.toFixed(1)} ms`;
  return `${name}  ${late}  ${woken} by shutdown()`;
}
