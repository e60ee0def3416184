import type { TestContext } from "node:test";
import { Subscriber } from "zeromq";
import { openContext } from "../../src/zeromq/context.js";
import type { ServerKeys } from "../../src/zeromq/key-file.js";
import { freePort } from "./free-port.js";
import { type RunningLab, type RunningLabOptions, startLab } from "./running-lab.js";
import { type AppSample, SampleLog } from "./sample-log.js";

/** Receives the samples of apps in this process: a bare SUB that binds and keeps each message. */
export class Collector extends SampleLog implements AsyncDisposable {
  readonly address: string;
  readonly #socket: Subscriber;
  readonly #collecting: Promise<void>;
  readonly #close: () => Promise<void>;

  private constructor(socket: Subscriber, close: () => Promise<void>) {
    super();
    this.#socket = socket;
    this.address = socket.lastEndpoint ?? "";
    this.#close = close;
    this.#collecting = this.#collect();
  }

  static async open({ at = "tcp://127.0.0.1:0", keys }: { at?: string; keys?: ServerKeys } = {}): Promise<Collector> {
    const { options, close } = await openContext(keys);
    const socket = new Subscriber({ ...options, linger: 0 });
    socket.subscribe("");
    socket.bindSync(at);
    return new Collector(socket, close);
  }

  /** The closing sample, after which no other comes. */
  closing(): Promise<AppSample> {
    return this.sample(({ closing }) => closing === true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.#collecting;
    await this.#close();
  }

  async #collect(): Promise<void> {
    for await (const [frame] of this.#socket) this.add(JSON.parse(String(frame)));
  }
}

/** Start `lab apm app --json`, reporting to `address`. `args` may end with `--` and a command. */
export function startApp(
  t: TestContext,
  address: string,
  args: readonly string[] = [],
  opts: RunningLabOptions = {},
): RunningLab {
  return startLab(t, ["apm", "app", "--json", "--connect", address, ...args], opts);
}

/**
 * Start an app with `--require-server`, for tests of a server's input. On a busy machine a server may take longer to
 * listen than an app waits by default.
 */
export function startHeardApp(t: TestContext, { address }: Collector, args: readonly string[] = []): RunningLab {
  return startApp(t, address, ["--require-server", ...args]);
}

/** The app's own account: its samples, and how many it took, sent and left unsent. */
export function said(app: RunningLab) {
  const lines = app.objects;
  const { taken, sent, unsent } = lines.at(-1) as { taken: number; sent: number; unsent: number };
  return { samples: lines.filter(({ type }) => type === "sample") as unknown as AppSample[], taken, sent, unsent };
}

/** How many samples a reader missed, of those with a `seq` from 0 to the last one received. */
export function missing(samples: readonly AppSample[]): number {
  return (samples.at(-1)?.seq ?? -1) + 1 - samples.length;
}

/** An address that nobody listens on. It stays free over a restart. */
export async function freeAddress(): Promise<string> {
  return `tcp://127.0.0.1:${await freePort()}`;
}
