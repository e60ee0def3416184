import { answerTheBell } from "../concurrency/observing/door-bell.js";

/**
 * Let `lab ps` ask this program; every program under run() does so by itself. With `watch` (default false) a thread looks
 * from now on, and tells on stderr where the event loop was blocked for more than 50 ms, with function and line. Returns
 * a function that ends it.
 *
 * ```js
 * const stop = inspectable({ watch: true });
 * stop();
 * ```
 */
export function inspectable(opts: { watch?: boolean } = {}): () => void {
  return answerTheBell(opts);
}
