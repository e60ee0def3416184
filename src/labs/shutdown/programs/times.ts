/** Times of the programs in milliseconds. */

/** A task that still waits when main is done. */
export const waitMs = 600;
/** A clean-up that takes its time. */
export const cleanUpMs = 300;
/** Work that a task goes on with after its cancellation, and a task that is started during the end. */
export const moreMs = 400;
/** A task of a pool. */
export const poolTaskMs = 30;
/** Tasks that are submitted to the pool. One runs, the others are queued. */
export const poolTasks = 11;
/** A wait for a signal, or a clean-up that nobody wants to wait for. A program without a parent ends after it. */
export const longMs = 30_000;

/** Milliseconds of a clock that all processes of this machine share. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
