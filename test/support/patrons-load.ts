import { Agent, request } from "node:http";
import { text as textOf } from "node:stream/consumers";

/** One reply under load. */
export interface LoadReply {
  method: string;
  /** 0: no whole reply. */
  status: number;
  retryAfter: string | undefined;
  ms: number;
  /** The id of a new patron. */
  id: string | undefined;
}

/** Clients that read and write on kept connections until stop(). */
export class PatronsLoad {
  readonly replies: LoadReply[] = [];
  readonly #agent: Agent;
  readonly #url: string;
  readonly #clients: Promise<void>[];
  #stopped = false;

  constructor(url: string, clients: number, ids: readonly string[]) {
    this.#url = url;
    this.#agent = new Agent({ keepAlive: true, maxSockets: clients });
    this.#clients = Array.from({ length: clients }, (_, i) => this.#client(i, ids));
  }

  /** Let the running requests end, and close all connections. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients);
    this.#agent.destroy();
  }

  /** Statuses since an index of `replies`, each once. */
  statuses(since = 0): number[] {
    return [...new Set(this.replies.slice(since).map(({ status }) => status))].sort();
  }

  async #client(number: number, ids: readonly string[]): Promise<void> {
    for (let turn = number; !this.#stopped; turn++) {
      const id = ids[turn % ids.length];
      const isWrite = turn % 8 === 0;
      this.replies.push(await (isWrite ? this.#ask("POST", "/patron") : this.#ask("GET", `/patron/${id}`)));
    }
  }

  async #ask(method: string, path: string): Promise<LoadReply> {
    const start = performance.now();
    try {
      const body = method === "POST" ? '{"name":"Lois","fav_dish":"pizza"}' : "";
      const headers = { "content-type": "application/json", "content-length": body.length };
      const { status, retryAfter, text } = await this.#exchange(method, path, headers, body);
      const id = /"id":(\d+)/.exec(text)?.[1];
      return { method, status, retryAfter, ms: performance.now() - start, id };
    } catch {
      return { method, status: 0, retryAfter: undefined, ms: performance.now() - start, id: undefined };
    }
  }

  #exchange(method: string, path: string, headers: Record<string, string | number>, body: string) {
    return new Promise<{ status: number; retryAfter: string | undefined; text: string }>((resolve, reject) => {
      const outgoing = request(this.#url + path, { method, agent: this.#agent, headers });
      outgoing.once("error", reject).once("response", (reply) => {
        textOf(reply).then(
          (text) => resolve({ status: reply.statusCode ?? 0, retryAfter: reply.headers["retry-after"], text }),
          reject,
        );
      });
      outgoing.end(body);
    });
  }
}
