import { printable } from "../text/printable.js";
import type { TraceFile } from "./trace-file.js";

const longestName = 120; // characters

/** The kinds of slices: a task's life, a wait, a turn on the loop, a turn that blocks it, work in a worker. */
export type Category = "task" | "wait" | "run" | "block" | "worker";

/** Writes events of a trace. Times are milliseconds as of performance.now(). Viewers call a lane a thread. */
export class Events {
  readonly #file: TraceFile;
  #flows = 0;

  constructor(file: TraceFile) {
    this.#file = file;
    this.#meta("process_name", 0, `"name":${quoted("node")}`);
  }

  /** Name a lane, before anything is in it. Lanes are shown in the order of `place`. */
  lane(lane: number, name: string, place: number): void {
    this.#meta("thread_name", lane, `"name":${quoted(name)}`);
    this.#meta("thread_sort_index", lane, `"sort_index":${place}`);
  }

  slice(category: Category, name: string, lane: number, from: number, to: number, args = ""): void {
    const start = nanoseconds(from);
    const dur = Math.max(0, nanoseconds(to) - start) / 1000;
    const more = args && `,"args":{${args}}`;
    this.#file.add(
      `{"ph":"X","cat":"${category}","name":${quoted(name)},"pid":${pid},"tid":${lane},"ts":${start / 1000},"dur":${dur}${more}}`,
    );
  }

  /** From the slice around `at` in one lane to the next slice of another. */
  arrow(from: { lane: number; at: number }, to: { lane: number; at: number }): void {
    const id = ++this.#flows;
    const end = (ph: "s" | "f", { lane, at }: { lane: number; at: number }) =>
      `{"ph":"${ph}","cat":"wake","name":"wakes","id":${id},"pid":${pid},"tid":${lane},"ts":${nanoseconds(at) / 1000}}`;
    this.#file.add(end("s", from));
    this.#file.add(end("f", to));
  }

  counter(name: string, at: number, value: number): void {
    this.#file.add(
      `{"ph":"C","name":${quoted(name)},"pid":${pid},"tid":0,"ts":${nanoseconds(at) / 1000},"args":{"value":${value}}}`,
    );
  }

  /** The last event, which tells how many there are not. */
  close(at: number): void {
    const { dropped } = this.#file;
    this.#file.close(
      `{"ph":"i","s":"p","name":"end of the trace","pid":${pid},"tid":${loopLane},"ts":${nanoseconds(at) / 1000},"args":{"dropped":${dropped}}}`,
    );
  }

  #meta(what: string, lane: number, args: string): void {
    this.#file.add(`{"ph":"M","name":"${what}","pid":${pid},"tid":${lane},"args":{${args}}}`);
  }
}

/** The lane of the event loop, with the turns that block it. */
export const loopLane = 1;

const pid = process.pid;

/** Whole ones, so that the end of a slice is exactly the start of the next. */
function nanoseconds(ms: number): number {
  return Math.round(ms * 1e6);
}

function quoted(name: string): string {
  return JSON.stringify(printable(name.slice(0, longestName)));
}
