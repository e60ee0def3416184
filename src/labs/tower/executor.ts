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

/** Tier 5: a call in another thread, and another program, at once. `makePool`: default a pool of one thread. */
export async function executor(signal: AbortSignal, makePool: () => CallExecutor = threads): Promise<Outcome> {
  const pool = makePool();
  try {
    const [{ sum, thread }, child] = await gather(
      [(own) => pool.submit("sumTo", [100], { signal: own }), (own) => program("process.pid", own)],
      { signal },
    );
    const isElsewhere = thread !== threadId && child.pid !== process.pid;
    return {
      measured: `thread ${thread} summed up to ${sum}; process ${child.pid} printed ${child.printed}, exit code ${child.code}`,
      holds: isElsewhere && sum === 5050 && child.printed === `${child.pid}` && child.code === 0,
    };
  } finally {
    await pool.shutdown({ force: true });
  }
}

/** Run a program that prints an expression. An abort kills it, and waits for its end. */
async function program(expression: string, signal: AbortSignal) {
  const child = await startNode(["-p", expression]);
  const kill = () => child.kill("SIGKILL");
  const forget = onAbort(signal, kill);
  try {
    if (signal.aborted) kill();
    const [printed, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
    signal.throwIfAborted();
    return { pid: child.pid, printed: printed.trim(), code: code as number | null };
  } finally {
    forget();
  }
}
