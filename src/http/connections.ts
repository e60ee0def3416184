import type { buildConnector } from "undici";
import createConnect from "undici/lib/core/connect.js";
import { type Connect, Line } from "./line.js";

/**
 * At most `limit` connections, to however many origins; whoever opened them closes them. A line that is taken belongs
 * to its taker until it is given back, to be used again, or cut. At the limit, the line that has been idle for longest
 * makes room; that one is idle is up to the takers, who must never hold more than `limit`.
 */
export class Connections {
  readonly #limit: number;
  readonly #connect: Connect;
  readonly #lines = new Set<Line>();
  readonly #idle = new Set<Line>(); // the longest idle first
  readonly #idleByOrigin = new Map<string, Line[]>(); // likewise; the last one is the most likely to be still open

  /** `limit`: a positive whole number. `tls`: what tls.connect() takes, such as an authority to trust (default: none more). */
  constructor(limit: number, { tls = {} }: { tls?: buildConnector.BuildOptions } = {}) {
    this.#limit = limit;
    this.#connect = createConnect({ ...tls, timeout: 0 }) as Connect;
  }

  /** A line to `origin` that nobody else uses: an idle one, else a new one, not open yet. */
  take(origin: string): Line {
    const idle = this.#idleByOrigin.get(origin)?.at(-1);
    if (idle) {
      this.#forgetIdle(idle);
      return idle;
    }
    if (this.#lines.size >= this.#limit) this.#closeLongestIdle();
    const line = new Line(origin, this.#connect);
    this.#lines.add(line);
    return line;
  }

  /** Give back a line whose request is wholly done. */
  giveBack(line: Line): void {
    if (!this.#lines.has(line)) return; // closed meanwhile
    this.#idle.add(line);
    const siblings = this.#idleByOrigin.get(line.origin);
    if (siblings) siblings.push(line);
    else this.#idleByOrigin.set(line.origin, [line]);
  }

  /** Close a line that was taken: its request failed, or is not wanted any more. */
  cut(line: Line): Promise<void> {
    this.#lines.delete(line);
    return line.cut();
  }

  /** Cut every connection, those included that are still being opened. */
  async close(): Promise<void> {
    const lines = [...this.#lines];
    this.#lines.clear();
    this.#idle.clear();
    this.#idleByOrigin.clear();
    await Promise.all(lines.map((line) => line.cut()));
  }

  #closeLongestIdle(): void {
    const [oldest] = this.#idle;
    if (!oldest) return;
    this.#forgetIdle(oldest);
    void this.cut(oldest);
  }

  #forgetIdle(line: Line): void {
    this.#idle.delete(line);
    const siblings = this.#idleByOrigin.get(line.origin) ?? [];
    if (siblings.at(-1) === line) siblings.pop();
    else siblings.splice(siblings.indexOf(line), 1);
    if (siblings.length === 0) this.#idleByOrigin.delete(line.origin);
  }
}
