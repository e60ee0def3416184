import type { TestContext } from "node:test";
import { Context, XPublisher } from "zeromq";
import { sleep } from "../../src/concurrency/index.js";
import type { Sample } from "../../src/labs/apm/sample.js";
import { FeedReader } from "./apm-server.js";

/** A sample as a foreign program may send it. */
export function sampleOf(fields: Partial<Sample> = {}): Sample {
  return { color: "red", timestamp: new Date().toISOString(), cpu: 12.5, mem: 80, ...fields };
}

/** A bare ZeroMQ publisher: whatever frames a test likes, to a server that is there. */
export class RawPublisher {
  readonly #context = new Context({ blocky: false });
  /** To its peer a PUB, but one that hears of the subscription: what is sent before it reaches nobody. */
  readonly #socket = new XPublisher({ linger: 0, sendHighWaterMark: 200_000, context: this.#context });

  /** Connect. Resolves once the server listens to it: from there on everything arrives, in the order it was sent in. */
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
 * A publisher that has joined: the server has had one sample of it, with the colour gray, and has written it to those who
 * listened by then, so that it comes to nobody later. It closes with the test.
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

/** Samples of a hundred apps, as fast as may be, until it is disposed of. */
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
