import type { Cut } from "./broker.js";
import type { CutReason } from "./cut-reason.js";
import { limits } from "./limits.js";

/** Tells of cut connections: at most once a second for each reason, so that no peer can flood the log. */
export class CutNotices {
  readonly #tell: (event: { type: "cut"; times: number } & Cut) => void;
  readonly #reasons = new Map<CutReason, { times: number; toldAt: number }>();

  constructor(tell: (event: { type: "cut"; times: number } & Cut) => void) {
    this.#tell = tell;
  }

  add(cut: Cut): void {
    const reason = this.#reasons.get(cut.reason) ?? { times: 0, toldAt: Number.NEGATIVE_INFINITY };
    this.#reasons.set(cut.reason, reason);
    reason.times++;
    const now = performance.now();
    if (now - reason.toldAt < limits.cutNoticeMs) return;
    reason.toldAt = now;
    this.#tell({ type: "cut", times: reason.times, ...cut });
  }
}
