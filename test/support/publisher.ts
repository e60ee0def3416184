import type { TestContext } from "node:test";
import { Context, XPublisher } from "zeromq";
import { sleep } from "../../src/concurrency/index.js";
import type { Sample } from "../../src/labs/apm/sample.js";
import { FeedReader } from "./apm-server.js";

/** A sample as a foreign program may send it. */
export function sampleOf(fields: Partial<Sample> = {}): Sample {
  return { color: "red", timestamp: new Date().toISOString(), cpu: 12.5, mem: 80, ...fields };
}

/** A bare ZeroMQ publisher, which sends any frames to a running server. */
export class RawPublisher {
  readonly #context = new Context({ blocky: false });
  /** A PUB to its peer, but it learns of the subscription. Messages sent before that reach nobody. */
  readonly #socket = new XPublisher({ linger: 0, sendHighWaterMark: 200_000, context: this.#context });

  /** Connect. Resolves once the server has subscribed. From then on every message arrives, in the order of sending. */
  async join(address: string): Promise<void> {
    this.#socket.connect(address);
    await this.#socket.receive();
  }

  send(frames: string | Buffer | (string | Buffer)[]): Promise<void> {
    return this.#socket.send(frames);
  }

  sample(fields: Partial<Sample> = {}): Promise<void> {
    return this.send(JSON.stringify(sampleOf(fields)));
  }

  close(): void {
    this.#socket.close();
  }
}

/**
 * Open a publisher that closes with the test. The server has already received a gray sample from it and written that to
 * the feed, so no later reader of the feed gets it.
 */
export async function publishTo(t: TestContext, server: { collect: string; url: string }): Promise<RawPublisher> {
  const publisher = new RawPublisher();
  t.after(() => publisher.close());
  await using feed = await FeedReader.open(server.url);
  await feed.until(() => feed.events.some(({ name }) => name === "snapshot"));
  await publisher.join(server.collect);
  await publisher.sample({ color: "gray" });
  await feed.until(() => feed.samples.some(({ color }) => color === "gray"));
  return publisher;
}

/** Publish samples of a hundred apps as fast as possible, until disposed of. */
export async function publishAllTheWhile(t: TestContext, server: { collect: string; url: string }) {
  const publisher = await publishTo(t, server);
  let over = false;
  const publishing = (async () => {
    for (; !over; await sleep(1)) {
      for (let i = 0; i < 100; i++) await publisher.sample({ id: `app-${i}`, name: "x".repeat(64) });
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      over = true;
      await publishing;
    },
  };
}
