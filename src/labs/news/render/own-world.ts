import type { CDPSession } from "playwright-core";
import { sleep } from "../../../concurrency/index.js";

/**
 * Evaluate an expression in the page, in a world of its own: it shares the DOM with the page, but not its globals.
 * Resolves with its value, and with undefined after `forMs` or if the page leaves for another one meanwhile.
 */
export async function inOwnWorld(session: CDPSession, expression: string, forMs: number): Promise<unknown> {
  const ended = new AbortController();
  try {
    const nothing = sleep(forMs, { signal: ended.signal }).then(
      () => undefined,
      () => undefined,
    );
    return await Promise.race([evaluate(session, expression), nothing]);
  } finally {
    ended.abort();
  }
}

async function evaluate(session: CDPSession, expression: string): Promise<unknown> {
  try {
    const { frameTree } = await session.send("Page.getFrameTree");
    const { executionContextId: contextId } = await session.send("Page.createIsolatedWorld", {
      frameId: frameTree.frame.id,
      worldName: "lab",
    });
    const reply = await session.send("Runtime.evaluate", {
      expression,
      contextId,
      awaitPromise: true,
      returnByValue: true,
    });
    return reply.result.value;
  } catch {
    return undefined; // the page has left, or is closed
  }
}
