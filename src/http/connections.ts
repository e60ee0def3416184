import type { buildConnector } from "undici";
import createConnect from "undici/lib/core/connect.js";
import { type Connect, Line } from "./line.js";
import { Lookups } from "./lookups.js";

/**
 * At most `limit` connections, to however many origins; whoever opened them closes them. A line that is taken belongs
 * to its taker until it is given back, to be used again, or cut. At the limit, an idle line makes room;
 * that there is one is up to the takers, who must never hold more than `limit`.
 */
export class Connections {
  /** Requests that went out again on a new connection, for the server had closed the one they were sent on. */
  resent = 0;
  readonly #limit: number;
  readonly #connect: Connect;
  readonly #lines = new Set<Line>();
  readonly #closing = new Set<Promise<void>>();
  readonly #idle = new Map<string, Line[]>(); // by origin; the last one is the most likely to be still open

  /** `limit`: a positive whole number. `tls`: what tls.connect() takes, such as an authority to trust (default: none more). */
  constructor(limit: number, { tls = {} }: { tls?: buildConnector.BuildOptions } = {}) {
    this.#limit = limit;
    const { lookup } = new Lookups();
    this.#connect = createConnect({ lookup, ...tls, timeout: 0 }) as Connect;
  }

  /** A line to `origin` that nobody else uses: an idle one, else a new one, not open yet. */
  take(origin: string): Line {
    return this.#idle.get(origin)?.pop() ?? this.open(origin);
  }

  /** A new line to `origin`, not open yet. */
  open(origin: string): Line {
    if (this.#lines.size >= this.#limit) this.#closeIdle();
    const line = new Line(origin, this.#connect);
    this.#lines.add(line);
    return line;
  }

  /** Give back a line whose request is wholly done. */
  giveBack(line: Line): void {
    if (!this.#lines.has(line)) return; // closed meanwhile
    line.isReused = true;
    const siblings = this.#idle.get(line.origin);
    if (siblings) siblings.push(line);
    else this.#idle.set(line.origin, [line]);
    if (this.#idle.size > 2 * this.#limit) this.#forgetOrigins();
  }

  /** Close a line that was taken: its request failed, or is not wanted any more. close() waits for it. */
  cut(line: Line): void {
    if (!this.#lines.delete(line)) return;
    const closed = line.cut().finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }

  /** Cut every connection, those included that are still being opened. Resolves once all are closed that ever were. */
  async close(): Promise<void> {
    for (const line of this.#lines) this.cut(line);
    this.#idle.clear();
    await Promise.all(this.#closing);
  }

  /** One line to the origin that was first used of those with an idle one. */
  #closeIdle(): void {
    for (const [origin, [line]] of this.#idle) {
      if (line) {
        this.#idle.get(origin)?.shift();
        this.cut(line);
        return;
      }
      this.#idle.delete(origin);
    }
  }

  #forgetOrigins(): void {
    for (const [origin, lines] of this.#idle) if (lines.length === 0) this.#idle.delete(origin);
  }
}
