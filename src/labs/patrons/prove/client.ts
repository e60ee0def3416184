import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import type { CacheState } from "../patrons-service.js";

/** A reply of an instance. */
export interface Reply {
  status: number;
  /** X-Cache of a GET. */
  cache: CacheState;
  body: { id?: number; fav_dish?: string };
}

/** Asks the instances over connections that it keeps. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true });

  /** Rejects with the error of the connection. Cancellation: rejects with an AbortError. */
  async ask(port: number, method: string, path: string, body: object | undefined, signal: AbortSignal): Promise<Reply> {
    const headers = body ? { "content-type": "application/json" } : {};
    const outgoing = request({ host: "127.0.0.1", port, method, path, headers, agent: this.#agent, signal });
    outgoing.end(body && JSON.stringify(body));
    const [reply] = (await once(outgoing, "response")) as [IncomingMessage];
    const json = JSON.parse(await text(reply));
    return { status: reply.statusCode ?? 0, cache: reply.headers["x-cache"] as CacheState, body: json };
  }

  close(): void {
    this.#agent.destroy();
  }
}
