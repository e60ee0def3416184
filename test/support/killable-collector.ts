import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { AppSample } from "./apm.js";

const program = fileURLToPath(new URL("./programs/collects.js", import.meta.url));

/** A collector in a process of its own, to be stopped and killed. */
export class KillableCollector {
  readonly samples: AppSample[] = [];
  readonly #child: ChildProcess;
  #arrived: () => void = () => {};

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(t: TestContext, address: string): Promise<KillableCollector> {
    const child = spawn(process.execPath, [program, address], { stdio: ["ignore", "pipe", "inherit"] });
    t.after(() => child.kill("SIGKILL"));
    const collector = new KillableCollector(child);
    const lines = createInterface({ input: child.stdout });
    await once(lines, "line"); // ready
    lines.on("line", (line) => {
      collector.samples.push(JSON.parse(line));
      collector.#arrived();
    });
    return collector;
  }

  /** The first sample, past or future, that fits. */
  async sample(fits: (sample: AppSample) => boolean = () => true): Promise<AppSample> {
    for (;;) {
      const found = this.samples.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
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
