import type { CDPSession, Page } from "playwright-core";
import { sleep } from "../../../concurrency/index.js";
import { inOwnWorld } from "./own-world.js";

export interface SettledOptions {
  /** A CSS selector (default: none). */
  awaits?: string | undefined;
  /** The least time, in milliseconds (default: 0). */
  waitMs?: number | undefined;
  signal: AbortSignal;
}

/** The longest time that a page runs. */
export const longestMs = 8000;
const quietMs = 500; // without change of the DOM
const quietAfterFoundMs = 100; // further headlines may follow the first at once

/**
 * Wait until the selector finds something, or else until a loaded page has not changed its DOM for 500 ms. After 8 s the
 * page is taken as it is. A page that polls is never idle, so its requests do not count. Ends at once if the page closes.
 */
export async function settled(
  page: Page,
  session: CDPSession,
  { awaits = "", waitMs = 0, signal }: SettledOptions,
): Promise<void> {
  const start = performance.now();
  const left = () => start + longestMs - performance.now();
  const expression = `(${watchDom})(${JSON.stringify(awaits)}, ${quietMs}, ${quietAfterFoundMs})`;
  while (left() > 0 && !page.isClosed()) {
    const isQuiet = await inOwnWorld(session, expression, left());
    if (isQuiet) break; // else the page went elsewhere, or has no time left
    await sleep(20, { signal });
  }
  const rest = Math.min(start + waitMs - performance.now(), left());
  if (rest > 0) await sleep(rest, { signal });
}

/** Runs in the page, in a world of its own: scripts of the page cannot replace the functions it calls. */
const watchDom = `(awaits, quietMs, foundMs) => new Promise((resolve) => {
  let timer;
  let isSelector = awaits !== "";
  const isFound = () => {
    try {
      return document.querySelector(awaits) !== null;
    } catch {
      isSelector = false; // the browser does not know it
      return false;
    }
  };
  const look = () => {
    clearTimeout(timer);
    const found = isSelector && isFound();
    if (found || (!isSelector && document.readyState === "complete"))
      timer = setTimeout(() => resolve(true), found ? foundMs : quietMs);
  };
  const all = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(look).observe(document, all);
  addEventListener("load", look);
  look();
})`;
