import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onAbort, TimeoutError } from "../../concurrency/index.js";

/** A child has ended by itself, or could not be started. `cause` is the signal, the exit code or the code of the error. */
export class ChildEnded extends Error {
  override name = "ChildEnded";
  override readonly cause: string;

  constructor(cause: string) {
    super(`the child has ended: ${cause}`);
    this.cause = cause;
  }
}

/**
 * A process that runs one of the programs, alone or with processes of its own. They are one process group, apart from that
 * of the terminal: Ctrl-C reaches this program alone, and one signal ends them all.
 */
export class Child {
  readonly #process: ChildProcess | undefined;
  readonly #closed: Promise<void>;
  #end: ChildEnded | undefined;
  #onEnd = () => {};

  constructor(program: URL, flags: readonly string[] = []) {
    try {
      this.#process = fork(fileURLToPath(program), [], {
        detached: true,
        env: { ...process.env, NODE_OPTIONS: undefined, UV_THREADPOOL_SIZE: undefined },
        execArgv: ["--expose-gc", ...flags],
        stdio: ["pipe", "ignore", "pipe", "ipc"], // a crash writes to stderr, also of the processes that it has started
      });
      this.#closed = this.#watch(this.#process);
    } catch (error) {
      this.#ended((error as NodeJS.ErrnoException).code ?? String(error));
      this.#closed = Promise.resolve();
    }
  }

  /** Undefined if it could not be started, or has ended. */
  get pid(): number | undefined {
    return this.#end ? undefined : this.#process?.pid;
  }

  /**
   * Send an order, and resolve with the answer. Rejects with ChildEnded if the child ends first.
   * Cancellation: rejects with `signal.reason`; call end() then, since the answer would be taken for the next one.
   */
  ask<Answer>(order: unknown, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (this.#end) return reject(this.#end);
      const child = this.#process;
      const settle = (act: () => void) => {
        forget();
        child?.off("message", onMessage);
        this.#onEnd = () => {};
        act();
      };
      const onMessage = (message: Answer) => settle(() => resolve(message));
      const forget = onAbort(signal, () => settle(() => reject(signal.reason)));
      this.#onEnd = () => settle(() => reject(this.#end));
      child?.on("message", onMessage);
      if (child?.connected) child.send(order as object, () => {}); // else, or if it fails, the end tells
    });
  }

  /** Kill the child, and all processes that it has started: they may outlive it. */
  kill(): void {
    const pid = this.#process?.pid;
    if (pid === undefined) return;
    try {
      process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
    } catch {
      // They have all gone.
    }
  }

  /** Kill them, and resolve once none is left. */
  async end(): Promise<void> {
    this.kill();
    await this.#closed;
  }

  /** Resolves once the child has ended, and all processes that hold its stderr have. */
  #watch(child: ChildProcess): Promise<void> {
    child.stdin?.on("error", () => {});
    child.stderr?.resume();
    child.on("exit", (code, signal) => this.#ended(signal ?? `exit code ${code}`));
    return new Promise((resolve) => {
      child.on("close", () => resolve());
      child.on("error", (error: NodeJS.ErrnoException) => {
        if (child.pid !== undefined) return;
        this.#ended(error.code ?? error.message);
        resolve();
      });
    });
  }

  #ended(cause: string): void {
    this.#end ??= new ChildEnded(cause);
    this.#onEnd();
  }
}

/** Run a program for the time of `use`. null: it has ended too early, or `use` timed out, for a limit forbids threads. */
export async function withChild<T>(program: URL, use: (child: Child) => Promise<T>): Promise<T | null> {
  const child = new Child(program);
  try {
    return await use(child);
  } catch (error) {
    if (error instanceof ChildEnded || error instanceof TimeoutError) return null;
    throw error;
  } finally {
    await child.end();
  }
}
