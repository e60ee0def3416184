import type { CostReport, KindCost } from "../../labs/cost.js";
import { bar, barWidth } from "../../terminal/bar.js";
import { formatSize } from "../../terminal/size.js";
import { table } from "../../terminal/table.js";
import { counted } from "../../text/counted.js";

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
export function kindLines(
  { kind, measured, bytesEach, basis, usEach, stoppedBy, extrapolated }: KindCost,
  width: number,
): string[] {
  const each = bytesEach === null ? unknown : `${formatSize(bytesEach)} ${basis}`;
  const start = usEach === null ? unknown : formatUs(usEach);
  const cells = columns(kind, `${measured}`, each, start, total(measured, bytesEach, extrapolated));
  return stoppedBy === null ? [cells] : fitted(cells, stoppedBy, width);
}

function fitted(cells: string, stop: string, width: number): string[] {
  const line = `${cells}  ${stop}`;
  return line.length <= width ? [line] : [cells, `  ended by ${stop}`];
}

function total(measured: number, bytesEach: number | null, extrapolated: KindCost["extrapolated"]): string {
  if (extrapolated) return `${formatSize(extrapolated.bytes)} extrapolated`;
  return bytesEach === null ? unknown : formatSize(bytesEach * measured);
}

function columns(kind: string, stood: string, memory: string, start: string, all: string): string {
  return [kind.padEnd(10), stood.padStart(6), memory.padStart(12), start.padStart(10), all.padStart(20)].join("  ");
}

/** Memory and switches as bars, each tenfold cost as one more part of the same length. */
export function chartLines({ kinds, switches }: CostReport, width: number): string[] {
  const memory = kinds.map(({ kind, bytesEach }) => [kind, bytesEach, formatSize] as const);
  const names = { awaitUs: "await", atomicsUs: "Atomics", postMessageUs: "postMessage", processUs: "process" };
  const times = Object.entries(names).map(
    ([key, name]) => [name, switches[key as keyof typeof switches], formatUs] as const,
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

function formatUs(us: number): string {
  if (us < 1) return `${us.toFixed(2)} µs`;
  if (us < 1000) return `${us < 10 ? us.toFixed(1) : us.toFixed(0)} µs`;
  return `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)} ms`;
}
