import { sleep } from "../../../concurrency/index.js";

const graceMs = 1000;
const lookMs = 20;

/** What a terminal would send to all of them, and what asks them to end; the others are for the command alone. */
const forAll = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGWINCH", "SIGCONT"] as const;
const forLeader = ["SIGUSR1", "SIGUSR2"] as const;

/**
 * The process group of a command that leads it: the command and what it has started, except what has left for a group
 * of its own, as daemons do. Signals that reach us go to it, and it does not outlive us unless we are killed.
 */
export class ProcessGroup {
  readonly #leader: number;
  readonly #listeners = new Map<NodeJS.Signals | "exit", () => void>();

  constructor(leader: number) {
    this.#leader = leader;
    for (const signal of forAll) this.#listeners.set(signal, () => this.#signal(signal));
    for (const signal of forLeader) this.#listeners.set(signal, () => void send(leader, signal));
    this.#listeners.set("exit", () => this.#signal("SIGKILL"));
    for (const [event, listener] of this.#listeners) process.on(event, listener);
  }

  /** The leader has ended: forward nothing more, and end what is left of the group, within a second or by force. */
  async end(): Promise<void> {
    const forget = (event: string) => process.off(event, this.#listeners.get(event as "exit") ?? (() => {}));
    for (const event of this.#listeners.keys()) if (event !== "exit") forget(event);
    let left = this.#signal("SIGTERM");
    for (let waitedMs = 0; left && waitedMs < graceMs; waitedMs += lookMs) {
      await sleep(lookMs);
      left = this.#signal(0);
    }
    if (left) this.#signal("SIGKILL");
    forget("exit"); // not before: a second Ctrl-C meanwhile ends us, and is to end them
  }

  /** Tells whether anybody is in the group. */
  #signal(signal: NodeJS.Signals | 0): boolean {
    return send(-this.#leader, signal);
  }
}

/** Tells whether there is somebody with that number. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // there, but not ours to signal
  }
}
