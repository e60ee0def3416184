import type { HttpRequest, Reply } from "../../../http/client/request.js";
import { isRepeatable, retryAfterMs } from "../../../http/client/retry.js";
import { HostPace } from "./host-pace.js";

/** A host that refused requests for a while, because they were too many. */
export interface HostLimit {
  host: string;
  /** Requests that it refused, and its pauses. */
  refused: number;
  pauses: number;
  pausedSeconds: number;
  /** The rate at the end of the run. */
  requestsPerSecond: number;
}

const firstPauseMs = 1000; // without Retry-After
const mostHosts = 1000;

/**
 * Whether a reply asks to come back later: a 429, or a 503 with a Retry-After. With `Retry-After: 0` both are failures like
 * others. A POST that a 429 refuses has done nothing, so it may be repeated.
 */
export function asksToWait(reply: Reply, request: Pick<HttpRequest, "method"> | undefined): boolean {
  if (reply.status !== 429 && reply.status !== 503) return false;
  const askedMs = retryAfterMs(reply);
  if (reply.status === 429) return askedMs !== 0;
  return isRepeatable(request ?? {}) && askedMs !== undefined && askedMs > 0;
}

interface Limited {
  pace: HostPace;
  /** When the host last answered something else, or first asked to wait. */
  progressAt: number;
  /** Pauses since then. */
  inRow: number;
  /** It has answered nothing else for too long, and is not waited for any more. */
  isGivenUp: boolean;
}

/** The hosts that asked to wait, each with its pace. Beyond 1,000 hosts, a further one is not waited for. */
export class LimitedHosts {
  readonly #maxWaitMs: number;
  readonly #hosts = new Map<string, Limited>();

  /** `maxWaitMs` is the longest pause, and the longest time without any other answer of a host. */
  constructor(maxWaitMs: number) {
    this.#maxWaitMs = maxWaitMs;
  }

  /** Whether no host has asked to wait. */
  get isEmpty(): boolean {
    return this.#hosts.size === 0;
  }

  /** The pace of a host that asked to wait. */
  of(host: string): HostPace | undefined {
    const found = this.#hosts.get(host);
    return found?.isGivenUp ? undefined : found?.pace;
  }

  /** A host answered, and did not ask to wait. */
  answered(host: string): void {
    const found = this.#hosts.get(host);
    if (!found) return;
    found.progressAt = performance.now();
    found.pace.answered(found.progressAt);
    found.inRow = 0;
    found.isGivenUp = false;
  }

  /**
   * A host asked to wait, in reply to a request that started at `startedAt`. `was` is the rate of requests to it so far, per
   * second. Undefined if the request is to be repeated later, else the reason why not.
   */
  refused(reply: Reply, startedAt: number, was: number): string | undefined {
    const { host } = reply.url;
    const now = performance.now();
    const found = this.#hosts.get(host) ?? {
      pace: new HostPace(was, now),
      progressAt: now,
      inRow: 0,
      isGivenUp: false,
    };
    const askedMs = retryAfterMs(reply) ?? firstPauseMs * 2 ** Math.min(found.inRow, 10);
    if (askedMs > this.#maxWaitMs) return `Retry-After asks for ${Math.ceil(askedMs / 1000)} s, more than --max-wait`;
    if (this.#hosts.size === mostHosts && !this.#hosts.has(host)) return `more than ${mostHosts} hosts ask to wait`;
    this.#hosts.set(host, found);
    const { pauses } = found.pace;
    found.pace.refuse(startedAt, now, askedMs);
    if (found.pace.pauses > pauses) found.inRow++;
    found.isGivenUp = now - found.progressAt > this.#maxWaitMs;
    return found.isGivenUp ? "the host has asked to wait for longer than --max-wait" : undefined;
  }

  report(): HostLimit[] {
    const now = performance.now();
    return [...this.#hosts].map(([host, { pace }]) => ({
      host,
      refused: pace.refused,
      pauses: pace.pauses,
      pausedSeconds: Math.round(pace.pausedMs) / 1000,
      requestsPerSecond: Number(pace.perSecond(now).toPrecision(3)),
    }));
  }
}
