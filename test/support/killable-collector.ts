import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { SampleLog } from "./sample-log.js";

const program = fileURLToPath(new URL("./programs/collects.js", import.meta.url));

/** A collector in a process of its own, which a test can stop, resume and kill. */
export class KillableCollector extends SampleLog {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    super();
    this.#child = child;
  }

  static async start(t: TestContext, address: string): Promise<KillableCollector> {
    const child = spawn(process.execPath, [program, address], { stdio: ["ignore", "pipe", "inherit"] });
    t.after(() => child.kill("SIGKILL"));
    const collector = new KillableCollector(child);
    const lines = createInterface({ input: child.stdout });
    await once(lines, "line"); // ready
    lines.on("line", (line) => collector.add(JSON.parse(line)));
    return collector;
  }

  stop(): void {
    this.#child.kill("SIGSTOP");
  }

  resume(): void {
    this.#child.kill("SIGCONT");
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await once(this.#child, "close");
  }
}
