import { monitorEventLoopDelay } from "node:perf_hooks";
import { namedQueues } from "../concurrency/observing/named-queues.js";
import { observe, observer } from "../concurrency/observing/observer.js";
import { traceHttp } from "./http-spans.js";
import { TraceFile } from "./trace-file.js";
import { Tracer } from "./tracer.js";

const countersMs = 100;

export interface TraceOptions {
  /** Bytes of events before compression (default: 256 MiB). Later events are counted, and dropped. */
  limit?: number;
}

/** The outcome of a trace. */
export interface TraceSummary {
  path: string;
  /** Events in the file, and those that are not. */
  events: number;
  dropped: number;
  /** Bytes of the file. */
  size: number;
  /** Waits that were still open when their task ended, such as "consumer: jobs get", and how often: forgotten awaits. */
  unawaited: ReadonlyMap<string, number>;
  /** Why the file could not be written to the end. */
  error: Error | undefined;
}

export interface Trace {
  /** End the trace. Later calls return the same summary. */
  stop(): TraceSummary;
}

/**
 * Write a trace of all tasks to `path`, until stop() or the end of the process: a trace in the JSON format of Chrome,
 * which Perfetto and chrome://tracing open. Tasks that already run are not in it. Throws if the file cannot be opened,
 * and Error while another trace is written.
 *
 * ```js
 * const trace = startTrace("/dev/null");
 * await gather([(signal) => sleep(10, { signal }), (signal) => sleep(20, { signal })]);
 * console.log(trace.stop().dropped); // 0
 * ```
 */
export function startTrace(path: string, { limit = 256 * 2 ** 20 }: TraceOptions = {}): Trace {
  if (observer !== undefined) throw new Error("a trace is being written already");
  const file = new TraceFile(path, limit);
  const tracer = new Tracer(file);
  const stopHttp = traceHttp(tracer);
  const stopCounters = tracer.turns.outside(() => countEach(tracer));
  let summary: TraceSummary | undefined;
  const stop = () => {
    if (summary) return summary;
    process.off("exit", stop);
    observe(undefined);
    stopHttp();
    stopCounters();
    tracer.close();
    const { written: events, dropped, size, error } = file;
    summary = { path, events, dropped, size, unawaited: tracer.unawaited, error };
    return summary;
  };
  process.on("exit", stop);
  observe(tracer);
  return { stop };
}

/** Write the sizes of queues with a name, and the longest delay of the loop, ten times a second. */
function countEach({ events }: Tracer): () => void {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const count = () => {
    const now = performance.now();
    events.counter("event-loop delay, ms", now, Math.max(0, Math.round(delay.max / 1e6 - 10)));
    delay.reset();
    for (const { name, size } of namedQueues()) events.counter(`size of ${name}`, now, size);
  };
  const timer = setInterval(count, countersMs).unref();
  return () => {
    clearInterval(timer);
    delay.disable();
  };
}
