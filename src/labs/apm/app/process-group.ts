import { isIgnored, sleep } from "../../../concurrency/index.js";

const graceMs = 1000;
const lookMs = 20;

/** Signals of a terminal and requests to end, for the whole group. The others are for the command alone. */
const forAll = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGWINCH", "SIGCONT"] as const;
const forLeader = ["SIGUSR1", "SIGUSR2"] as const;

/**
 * The process group that a command leads: the command and its descendants, except daemons that have left for another
 * group. Signals that reach us are passed on to it, unless we were started to ignore them. The group does not outlive us,
 * unless we are killed.
 */
export class ProcessGroup {
  readonly #leader: number;
  readonly #listeners = new Map<NodeJS.Signals | "exit", () => void>();

  constructor(leader: number) {
    this.#leader = leader;
    for (const signal of forAll) this.#listeners.set(signal, () => isIgnored(signal) || this.#signal(signal));
    for (const signal of forLeader) this.#listeners.set(signal, () => void send(leader, signal));
    this.#listeners.set("SIGTSTP", () => isIgnored("SIGTSTP") || this.#pause());
    this.#listeners.set("exit", () => this.#signal("SIGKILL"));
    for (const [event, listener] of this.#listeners) process.on(event, listener);
  }

  /**
   * Call it once the leader has ended. Passes on no more signals, and ends the rest of the group: SIGKILL after a
   * second.
   */
  async end(): Promise<void> {
    const forget = (event: string) => process.off(event, this.#listeners.get(event as "exit") ?? (() => {}));
    for (const event of this.#listeners.keys()) if (event !== "exit") forget(event);
    let left = this.#signal("SIGTERM");
    for (let waitedMs = 0; left && waitedMs < graceMs; waitedMs += lookMs) {
      await sleep(lookMs);
      left = this.#signal(0);
    }
    if (left) this.#signal("SIGKILL");
    forget("exit"); // last, since a second Ctrl-C meanwhile ends us and must end the group
  }

  /**
   * Ctrl-Z stops the group and us. SIGTSTP would not stop the group, which is orphaned in its own session. The SIGCONT
   * that lets us go on is passed on.
   */
  #pause(): void {
    this.#signal("SIGSTOP");
    process.kill(process.pid, "SIGSTOP");
  }

  /** Returns whether the group has a process. */
  #signal(signal: NodeJS.Signals | 0): boolean {
    return send(-this.#leader, signal);
  }
}

/** Returns whether that process or group exists. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // it exists, but we may not signal it
  }
}
