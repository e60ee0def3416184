import type { AccessLogEntry } from "../../labs/serve.js";
import { formatDuration } from "../../terminal/duration.js";
import { printable } from "../../text/printable.js";
import type { Output } from "../kit/output.js";

/** Prints requests. None is printed while the reader is behind. So the server does not wait, and memory does not grow. */
export class AccessLog {
  leftOut = 0;
  readonly #out: Output;
  #isBehind = false;

  constructor(out: Output) {
    this.#out = out;
  }

  readonly print = (entry: AccessLogEntry): void => {
    if (this.#isBehind) {
      this.leftOut++;
      return;
    }
    const { method, target, status, complete, ms } = entry;
    const how = `${status ?? "no answer"}${status !== null && !complete ? ", broken off" : ""}`;
    const json = { type: "request", time: new Date(), ...entry };
    const drained = this.#out.json
      ? this.#out.item(JSON.stringify(json))
      : this.#out.line(printable(`${json.time.toISOString()} ${method} ${target} ${how}, ${formatDuration(ms)}`));
    if (!drained) return;
    this.#isBehind = true;
    void drained.finally(() => {
      this.#isBehind = false;
    });
  };
}
