import { once } from "node:events";
import { text } from "node:stream/consumers";
import { threadId } from "node:worker_threads";
import { type Executor, gather, onAbort, ThreadPool } from "../../concurrency/index.js";
import type { Outcome } from "../lab.js";
import { startNode } from "../start-node.js";
import type * as calls from "./pool-calls.js";

type CallExecutor = Pick<Executor<typeof calls>, "submit" | "shutdown">;

const callsUrl = new URL("./pool-calls.js", import.meta.url);
const threads = (): CallExecutor => new ThreadPool<typeof calls>(callsUrl, { maxWorkers: 1 });

/** Prints a line of its own: a module in NODE_OPTIONS may print others. */
const tellPid = "require('node:fs').writeSync(1, 'pid ' + process.pid + '\\n')";

/**
 * Tier 5: a call in another thread, and another program, at once. `makePool`: default a pool of one thread. `code`: of the
 * program, which has `limitMs` (default: 10 s) and is killed then.
 */
export async function executor(
  signal: AbortSignal,
  { makePool = threads, code = tellPid, limitMs = 10_000 }: Partial<Parts> = {},
): Promise<Outcome> {
  const pool = makePool();
  try {
    const [{ sum, thread }, child] = await gather(
      [(own) => pool.submit("sumTo", [100], { signal: own }), (own) => runProgram(code, limitMs, own)],
      { signal },
    );
    const isElsewhere = thread !== threadId && child.pid !== process.pid;
    return {
      measured: `thread ${thread} summed up to ${sum}; process ${child.pid} ${child.told}`,
      holds: isElsewhere && sum === 5050 && child.printed === `${child.pid}` && child.end === "exit code 0",
    };
  } finally {
    await pool.shutdown({ force: true });
  }
}

interface Parts {
  makePool(): CallExecutor;
  code: string;
  limitMs: number;
}

/** Run code in another process until it ends. An abort kills it, and waits for its end. */
async function runProgram(code: string, limitMs: number, signal: AbortSignal) {
  const child = await startNode(["-e", code]);
  let isLate = false;
  const kill = () => child.kill("SIGKILL");
  const forget = onAbort(signal, kill);
  const limit = setTimeout(() => {
    isLate = kill();
  }, limitMs);
  try {
    if (signal.aborted) kill();
    const [output, [exitCode, endSignal]] = await Promise.all([text(child.stdout), once(child, "close")]);
    signal.throwIfAborted();
    const [, printed = "nothing"] = /^pid (\d+)$/m.exec(output) ?? [];
    const end = endSignal === null ? `exit code ${exitCode}` : `ended by ${endSignal}`;
    const told = isLate ? `had not ended after ${limitMs / 1000} s` : `printed ${printed}, ${end}`;
    return { pid: child.pid, printed, end, told };
  } finally {
    clearTimeout(limit);
    forget();
  }
}
