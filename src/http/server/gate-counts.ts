import type { Refusal } from "./gate.js";

/** Counts of all requests, of refused requests and of broken connections. */
export interface GateCounts {
  requests: number;
  refused: Record<Refusal["reason"] | "closing", number>;
  /** Connections with invalid, too slow or pipelined HTTP. */
  clientErrors: number;
}

/** The counts of a server that has just started. */
export function noCounts(): GateCounts {
  return { requests: 0, refused: { host: 0, target: 0, origin: 0, method: 0, closing: 0 }, clientErrors: 0 };
}
