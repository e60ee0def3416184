import type { CostReport, KindCost } from "../../labs/cost.js";
import { bar, barWidth } from "../../terminal/bar.js";
import { table } from "../../terminal/table.js";
import { counted } from "../../text/counted.js";
import { formatMicroseconds } from "../../text/microseconds.js";
import { formatSize } from "../../text/size.js";

const widestBar = 40; // characters
const unknown = "–";

/** The heads of the columns of kindLines(). */
export function kindsHeader(count: number, width: number): string {
  const [first = ""] = fitted(
    columns("kind", "stood", "memory each", "start each", `${count} take`),
    "ended by",
    width,
  );
  return first;
}

/**
 * One kind as a line, or as two where its end does not fit into `width`. An estimate is marked as extrapolated.
 */
export function kindLines(cost: KindCost, { count, width }: { count: number; width: number }): string[] {
  const { kind, measured, bytesEach, basis, usEach, stoppedBy } = cost;
  const each = bytesEach === null ? unknown : `${formatSize(bytesEach)} ${basis}`;
  const start = usEach === null ? unknown : formatMicroseconds(usEach);
  const cells = columns(kind, `${measured}`, each, start, total(cost, count));
  return stoppedBy === null ? [cells] : fitted(cells, stoppedBy, width);
}

function fitted(cells: string, stop: string, width: number): string[] {
  const line = `${cells}  ${stop}`;
  return line.length <= width ? [line] : [cells, `  ended by ${stop}`];
}

/** The memory of `count`. Where extrapolation does not reach so far, it is that of fewer, with their number. */
function total({ measured, bytesEach, extrapolated }: KindCost, count: number): string {
  if (bytesEach === null) return unknown;
  if (!extrapolated) return formatSize(bytesEach * measured);
  const fewer = extrapolated.count < count ? `${extrapolated.count}: ` : "";
  return `${fewer}${formatSize(extrapolated.bytes)} extrapolated`;
}

function columns(kind: string, stood: string, memory: string, start: string, all: string): string {
  return [kind.padEnd(10), stood.padStart(6), memory.padStart(12), start.padStart(10), all.padStart(20)].join("  ");
}

/** Memory and switches as bars, each tenfold cost as one more part of the same length. */
export function chartLines({ kinds, switches }: CostReport, width: number): string[] {
  const memory = kinds.map(({ kind, bytesEach }) => [kind, bytesEach, formatSize] as const);
  const names = { awaitUs: "await", atomicsUs: "Atomics", postMessageUs: "postMessage", processUs: "process" };
  const times = Object.entries(names).map(
    ([key, name]) => [name, switches[key as keyof typeof switches], formatMicroseconds] as const,
  );
  return [
    "",
    "Memory of one, on a log scale",
    ...logBars(memory, width),
    "",
    "Time of one switch, on a log scale",
    ...logBars(times, width),
  ];
}

type Bar = readonly [name: string, value: number | null, format: (value: number) => string];

function logBars(bars: readonly Bar[], width: number): string[] {
  const values = bars.flatMap(([, value]) => (value ? [value] : []));
  const least = Math.min(...values) / 10; // so that the shortest bar is a tenfold too
  const most = Math.max(...values);
  const room = barWidth(widestBar, width - 26);
  return table(
    bars.map(([name, value, format]) => {
      if (!value) return [name, unknown];
      return [name, format(value), bar(Math.log(value / least) / Math.log(most / least), room)];
    }),
    { right: [1] },
  );
}

/** How often waiting threads were given the CPU. */
export function waitingLines({ waiting }: CostReport): string[] {
  if (!waiting) return ["", "Waiting threads could not be watched: there is no /proc, or they could not be started"];
  const { threads, seconds, switches } = waiting;
  return [
    "",
    `In ${seconds.toFixed(1)} s, ${counted(threads, "waiting thread")} got the CPU ${counted(switches, "time")}`,
  ];
}
