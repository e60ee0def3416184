import { onAbort } from "../../concurrency/index.js";

const patienceMs = 1000;

/**
 * Call `giveUp` a second after `signal` has aborted, for whoever asked the program to end does not wait for a reader that
 * has stalled. The returned function forgets it; call it once the reader has taken everything.
 */
export function giveUpOnceAborted(signal: AbortSignal, giveUp: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const hurry = () => {
    timer = setTimeout(giveUp, patienceMs);
  };
  let forget = () => {};
  if (signal.aborted) hurry();
  else forget = onAbort(signal, hurry);
  return () => {
    clearTimeout(timer);
    forget();
  };
}
