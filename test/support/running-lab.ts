import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import type { TestContext } from "node:test";
import { bin } from "./lab.js";

/** A `lab` that runs beside the test, which can wait for its lines. */
export class RunningLab {
  readonly child: ChildProcess;
  /** The lines printed so far on stdout and stderr. */
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  #waiting: (() => void)[] = [];
  #over = false;

  constructor(args: readonly string[], { cwd, nodeArgs = [], env = {}, under = [] }: RunningLabOptions = {}) {
    const options = { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] } satisfies SpawnOptions;
    const [command = "", ...rest] = [...under, process.execPath, ...nodeArgs, bin, ...args];
    this.child = spawn(command, rest, options);
    this.#collect(this.child.stdout, this.stdout);
    this.#collect(this.child.stderr, this.stderr);
    this.ended = new Promise((resolve) => {
      this.child.once("close", (code, signal) => {
        this.#over = true;
        this.#wake();
        resolve(code ?? signal);
      });
    });
  }

  /** The first line that matches, printed already or yet to come. Throws if `lab` ends without one. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = [...this.stdout, ...this.stderr].find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if (this.#over) throw new Error(`no line matched ${pattern}:\n${[...this.stdout, ...this.stderr].join("\n")}`);
      await this.nextLine();
    }
  }

  /** Wait until it prints something, or ends. */
  nextLine(): Promise<void> {
    if (this.#over) throw new Error(`it has ended:\n${[...this.stdout, ...this.stderr].join("\n")}`);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** The objects printed with --json. */
  get objects(): Record<string, unknown>[] {
    return this.stdout.map((line) => JSON.parse(line));
  }

  /** Send it a signal, and wait for its end. */
  async stop(signal: NodeJS.Signals = "SIGINT"): Promise<number | NodeJS.Signals | null> {
    this.child.kill(signal);
    return this.ended;
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #collect(stream: NodeJS.ReadableStream | null, lines: string[]): void {
    let rest = "";
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
      this.#wake();
    });
  }
}

export interface RunningLabOptions {
  cwd?: string | undefined;
  nodeArgs?: string[];
  /** Added to the environment of this process. */
  env?: NodeJS.ProcessEnv;
  /** A command that replaces itself by the command in its arguments, such as `ip netns exec name`. */
  under?: string[];
}

/** Start a `lab` that is killed at the end of the test, if it still runs then. */
export function startLab(t: TestContext, args: readonly string[], opts: RunningLabOptions = {}) {
  const running = new RunningLab(args, opts);
  t.after(() => running.stop("SIGKILL"));
  return running;
}
