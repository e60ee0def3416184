import { rmSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { AgentData } from "./agent.js";
import { type Snapshot, snapshot } from "./snapshot.js";
import { socketOf } from "./socket-folder.js";

const beatMs = 20;
const mostFrames = 20;
const answerKey = "asyncio-lab.snapshot"; // of the function that answers, a global symbol

/** Start the thread that answers `lab ps`, and call `onEnd` when it has ended. Returns a function that ends it. */
export function startAgent({ watch }: { watch: boolean }, onEnd: () => void): () => void {
  Object.defineProperty(globalThis, Symbol.for(answerKey), { value: answer, configurable: true });
  const beat = new Float64Array(new SharedArrayBuffer(8));
  const tick = () => {
    beat[0] = performance.timeOrigin + performance.now();
  };
  tick();
  const timer = setInterval(tick, beatMs).unref();
  const workerData: AgentData = { socket: socketOf(process.pid), beat: beat.buffer, beatMs, answerKey, watch };
  const file = JSON.stringify(new URL("./agent.js", import.meta.url));
  const agent = new Worker(`import(${file})`, { eval: true, workerData, execArgv: [], stdin: false });
  agent.unref();
  agent.on("error", () => {}); // such as a folder of somebody else: there is nobody to tell
  agent.on("exit", () => {
    clearInterval(timer);
    onEnd();
  });
  return () => {
    void agent.terminate();
    rmSync(workerData.socket, { force: true });
  };
}

export interface Answer extends Snapshot {
  /** The frames of the code that was interrupted. Empty if the event loop was free. */
  stack: string[];
}

/** Called by the agent, through V8, in the middle of whatever runs. */
function answer(limit: number): string {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = mostFrames;
  const [, , ...frames] = (new Error().stack ?? "").split("\n"); // without the message and this function
  Error.stackTraceLimit = before;
  const stack = frames.map((frame) => frame.trim()).filter((frame) => !frame.startsWith("at <anonymous>:1:"));
  return JSON.stringify({ ...snapshot(limit), stack } satisfies Answer);
}
