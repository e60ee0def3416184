/** Looks at a program that is made with asyncio-lab/concurrency. See docs/labs/see.md. */

export { startTrace, type Trace, type TraceOptions, type TraceSummary } from "../trace/start-trace.js";
export { inspectable } from "./inspectable.js";
