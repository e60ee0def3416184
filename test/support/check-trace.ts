import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** An event of Chrome's trace format. Times are microseconds. */
export interface TraceEvent {
  ph: "X" | "M" | "C" | "s" | "f" | "i";
  cat?: "task" | "wait" | "run" | "block" | "worker" | "wake";
  name: string;
  pid: number;
  tid: number;
  ts: number;
  dur: number;
  id?: number;
  args?: Record<string, string | number>;
}

/** The events of a trace file. That of a killed program has no end, which viewers add. */
export function readTrace(path: string, { isWhole = true } = {}): TraceEvent[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  return JSON.parse(isWhole ? text : `${text.replace(/,\n$/, "")}]`);
}

/**
 * Where a trace breaks a rule of Perfetto's importer for this format, or one of ours. Perfetto drops slices that cross,
 * and arrows whose ends it cannot find. An empty list: it holds all rules.
 */
export function faultsOf(events: readonly TraceEvent[]): string[] {
  return [...faultsOfFields(events), ...faultsOfNesting(events), ...faultsOfArrows(events)];
}

function faultsOfFields(events: readonly TraceEvent[]): string[] {
  const faults: string[] = [];
  const isId = (value: unknown) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32;
  const named = new Set(events.filter(({ name }) => name === "thread_name").map(({ tid }) => tid));
  for (const event of events) {
    const { ph, name, pid, tid, ts, dur } = event;
    if (typeof name !== "string" || name === "" || name.length > 400) faults.push(`name of ${JSON.stringify(event)}`);
    if (!isId(pid) || !isId(tid)) faults.push(`pid or tid of ${JSON.stringify(event)}`);
    if (ph !== "M" && !(ts >= 0)) faults.push(`ts of ${JSON.stringify(event)}`);
    if (ph === "X" && !(dur >= 0)) faults.push(`dur of ${JSON.stringify(event)}`);
    if (ph === "X" && !named.has(tid)) faults.push(`lane ${tid} has no name`);
  }
  return faults;
}

/** Slices of a lane nest strictly. Of two that start together, the importer takes the one that stands first as the outer. */
function faultsOfNesting(events: readonly TraceEvent[]): string[] {
  const faults: string[] = [];
  for (const slices of byLane(events).values()) {
    const open: TraceEvent[] = [];
    for (const slice of [...slices].sort((a, b) => a.ts - b.ts)) {
      while (open.length > 0 && endOf(open.at(-1) as TraceEvent) <= slice.ts + tolerance) open.pop();
      const outer = open.at(-1);
      if (outer && endOf(slice) > endOf(outer) + tolerance) {
        faults.push(`${describe(slice)} crosses ${describe(outer)}`);
      }
      open.push(slice);
    }
  }
  return faults;
}

/** An arrow has one start inside a slice and one end, at which the next slice of its lane begins. An id is used once. */
function faultsOfArrows(events: readonly TraceEvent[]): string[] {
  const faults: string[] = [];
  const lanes = byLane(events);
  const ids = new Map<number, string>();
  for (const { ph, id = -1, tid, ts } of events) {
    if (ph !== "s" && ph !== "f") continue;
    ids.set(id, `${ids.get(id) ?? ""}${ph}`);
    const slices = lanes.get(tid) ?? [];
    const around = slices.some((slice) => slice.ts <= ts + tolerance && ts <= endOf(slice) + tolerance);
    const begins = slices.some((slice) => Math.abs(slice.ts - ts) <= tolerance);
    if (ph === "s" && !around) faults.push(`arrow ${id} starts outside of all slices`);
    if (ph === "f" && !begins) faults.push(`arrow ${id} ends where no slice begins`);
  }
  for (const [id, ends] of ids) if (ends !== "sf") faults.push(`arrow ${id} has the ends "${ends}"`);
  return faults;
}

const tolerance = 0.0005; // µs, half of the last digit

function byLane(events: readonly TraceEvent[]): Map<number, TraceEvent[]> {
  const lanes = new Map<number, TraceEvent[]>();
  for (const event of events) {
    if (event.ph !== "X") continue;
    const lane = lanes.get(event.tid) ?? [];
    lanes.set(event.tid, lane);
    lane.push(event);
  }
  return lanes;
}

function endOf({ ts, dur }: TraceEvent): number {
  return ts + dur;
}

function describe({ cat, name, tid, ts, dur }: TraceEvent): string {
  return `${cat} "${name}" of lane ${tid} (${ts} + ${dur})`;
}
