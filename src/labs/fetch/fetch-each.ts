import { type AnyIterable, type ResultStream, streamConcurrent } from "../../concurrency/index.js";
import { HostSlots } from "../../http/client/host-slots.js";
import { EachFetch, type FetchEachOptions } from "./each-fetch.js";
import type { FetchResult } from "./fetch-result.js";
import type { Job } from "./job.js";
import { inTurn } from "./limited/in-turn.js";
import { ParkedJobs } from "./limited/parked-jobs.js";
import { RampUp } from "./ramp-up.js";

export type { Account, FetchEachOptions } from "./each-fetch.js";
export type { Job } from "./job.js";

/** The most results in memory behind a slow line (`ordered`), and the most lines that wait for busy hosts. */
export function windowOf(concurrency: number): number {
  return Math.max(10 * concurrency, 1000);
}

/**
 * Fetch every URL of a list of any length. Each line gives one result; a failure is a result, too. Lines are pulled
 * only as they are needed, so memory depends on the concurrency and not on the list. A slow consumer slows the fetching
 * down. A host with `perHost` requests in flight delays other hosts only after a window of max(10 × concurrency, 1000)
 * lines.
 *
 * Cancellation: cuts the requests in flight, starts nothing new, and next() rejects with `signal.reason`. undelivered()
 * then has the finished results. A `break` does the same without an error. next() also rejects with an error of `jobs`
 * or `save`.
 */
export function fetchEach(
  jobs: AnyIterable<Job>,
  options: Omit<FetchEachOptions, "hosts">,
  signal: AbortSignal,
): ResultStream<FetchResult> {
  return fetchPatiently(jobs, options, signal) as ResultStream<FetchResult>; // without `hosts` none is put aside
}

/**
 * fetchEach() which pauses each host that asks to wait, by a 429 or by a 503 with Retry-After. Its requests are repeated, at
 * a rate that the host takes. The stream has an undefined for each request that is put aside. Other hosts go on meanwhile,
 * unless the results are `ordered`: a request that waits then keeps its slot.
 */
export function fetchPatiently(
  jobs: AnyIterable<Job>,
  options: FetchEachOptions,
  signal: AbortSignal,
): ResultStream<FetchResult | undefined> {
  const { concurrency, perHost = concurrency, endAt = Number.POSITIVE_INFINITY, ordered = false, hosts } = options;
  const window = windowOf(concurrency);
  if (perHost >= concurrency && hosts && !ordered) {
    const parked = new ParkedJobs(jobs, hosts, { most: window, endAt });
    const each = new EachFetch(options, parked);
    const work = (job: Job, _: number, own: AbortSignal) => each.fetch(job, own);
    return streamConcurrent(new RampUp(parked, concurrency), work, { concurrency, buffer: window, ordered, signal });
  }
  const each = new EachFetch(options);
  const gradual = new RampUp(jobs, concurrency);
  if (perHost >= concurrency) {
    const once = (job: Job, _: number, own: AbortSignal) => each.fetch(job, own);
    const patient =
      hosts &&
      ((job: Job, _: number, own: AbortSignal) =>
        inTurn(job, { hosts, endAt, signal: own }, () => each.fetch(job, own)));
    return streamConcurrent(gradual, patient ?? once, { concurrency, buffer: window, ordered, signal });
  }
  const slots = new HostSlots({ perHost, inAll: concurrency, endAt });
  const inSlot = (job: Job, own: AbortSignal) =>
    slots.use(job.url?.host ?? "", (slot) => each.fetch(job, own, slot), own);
  const work = (job: Job, _: number, own: AbortSignal) =>
    hosts ? inTurn(job, { hosts, endAt, signal: own }, () => inSlot(job, own)) : inSlot(job, own);
  return streamConcurrent(gradual, work, { concurrency: window, ordered, signal });
}
