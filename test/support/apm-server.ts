import type { TestContext } from "node:test";
import { sleep } from "../../src/concurrency/index.js";
import type { HistoryReply, SeriesUpdate } from "../../src/labs/apm/page/protocol.js";
import { ask } from "./ask.js";
import { type RunningLab, startLab } from "./running-lab.js";

/** A `lab apm server` that is ready, with functions to query it. */
export interface ApmServer {
  lab: RunningLab;
  url: string;
  port: number;
  /** The endpoint that apps connect to. */
  collect: string;
  /** Fetch /metrics and return one value, or NaN if it is missing. `name` may have labels, as they are printed. */
  metric(name: string): Promise<number>;
  /** Wait until the metric is at least `least`. */
  reaches(name: string, least: number): Promise<void>;
  history(query?: string): Promise<HistoryReply>;
}

const freshMs = 1050; // /metrics may be up to a second old

export interface ApmServerStart {
  collect?: string;
  port?: number;
  nodeArgs?: string[];
  env?: NodeJS.ProcessEnv;
}

/** Start a server, by default on free ports. */
export async function startApmServer(
  t: TestContext,
  args: readonly string[] = [],
  { collect = "tcp://127.0.0.1:0", port = 0, nodeArgs = [], env = {} }: ApmServerStart = {},
): Promise<ApmServer> {
  const all = ["apm", "server", "--json", "--collect", collect, "--port", String(port), ...args];
  const lab = startLab(t, all, { nodeArgs, env });
  const ready = JSON.parse(await lab.line(/"type":"ready"/));
  const metric = async (name: string) => {
    const { body } = await ask(`${ready.url}/metrics`);
    const line = body.split("\n").find((text) => text.startsWith(`${name} `));
    return line === undefined ? Number.NaN : Number(line.split(" ").at(-1));
  };
  return {
    lab,
    url: ready.url,
    port: Number(new URL(ready.url).port),
    collect: ready.collect,
    metric,
    async reaches(name, least) {
      while (!((await metric(name)) >= least)) await sleep(100);
    },
    history: async (query = "") => JSON.parse((await ask(`${ready.url}/api/series${query}`)).body),
  };
}

/** Wait until the cached /metrics has expired, so that the next request gets a fresh one. */
export function metricsAge(): Promise<void> {
  return sleep(freshMs);
}

/** Reads `GET /feed` and keeps each event as it arrives. */
export class FeedReader implements AsyncDisposable {
  readonly events: { name: string; data: string }[] = [];
  /** Comments and the retry, one line each. */
  readonly comments: string[] = [];
  status = 0;
  ended = false;
  readonly #abort = new AbortController();
  #reading: Promise<void> = Promise.resolve();

  static async open(url: string, headers: Record<string, string> = {}): Promise<FeedReader> {
    const reader = new FeedReader();
    const response = await fetch(`${url}/feed`, { signal: reader.#abort.signal, headers });
    reader.status = response.status;
    reader.#reading = reader
      .#read(response)
      .catch(() => {})
      .finally(() => {
        reader.ended = true;
      });
    return reader;
  }

  /** The samples of all unnamed events so far. */
  get samples(): SeriesUpdate[] {
    return this.events.filter(({ name }) => name === "message").map(({ data }) => JSON.parse(data));
  }

  async until(met: () => boolean): Promise<void> {
    while (!met()) {
      if (this.ended) throw new Error(`the feed ended too early:\n${JSON.stringify(this.events.slice(-5))}`);
      await sleep(5);
    }
  }

  async end(): Promise<void> {
    await this.#reading;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#reading;
  }

  async #read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of response.body ?? []) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block: string): void {
    let name = "message";
    const data: string[] = [];
    for (const line of block.split("\n")) {
      if (line.startsWith("event: ")) name = line.slice(7);
      else if (line.startsWith("data: ")) data.push(line.slice(6));
      else this.comments.push(line);
    }
    if (data.length > 0) this.events.push({ name, data: data.join("\n") });
  }
}
