import dns from "node:dns";
import { sleep } from "../concurrency/index.js";
import type { Endpoint } from "./endpoint.js";
import { settledWithin } from "./settled-within.js";

/** Milliseconds of a look-up until it counts as unanswered. It goes on. */
const slowMs = 900;
/** Milliseconds until the next look-up after one that failed. */
const pauseMs = 1000;

interface LookUpOptions {
  signal: AbortSignal;
  /** Called each time the name has no known address. */
  onUnresolved(reason: string): void;
}

/**
 * The addresses of an endpoint in ZeroMQ's form, in the order in which they should be tried. A name is looked up until it
 * has one. Cancellation: rejects with `signal.reason`.
 */
export async function lookUp(
  { address, name }: Endpoint,
  { signal, onUnresolved }: LookUpOptions,
): Promise<readonly string[]> {
  if (!name) return [address];
  for (;;) {
    const slow = setTimeout(() => onUnresolved("no name server has answered yet"), slowMs);
    try {
      const looking = dns.promises.lookup(name.host, { all: true });
      await settledWithin(looking, Number.POSITIVE_INFINITY, { signal });
      const found = await looking;
      return found.map(({ address, family }) => `tcp://${family === 6 ? `[${address}]` : address}:${name.port}`);
    } catch (error) {
      signal.throwIfAborted();
      onUnresolved(whyUnresolved(error as NodeJS.ErrnoException));
    } finally {
      clearTimeout(slow);
    }
    await sleep(pauseMs, { signal });
  }
}

function whyUnresolved({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOTFOUND") return "there is no such name";
  if (code === "EAI_AGAIN") return "no name server answers";
  return code ?? message;
}
