import type { TestContext } from "node:test";
import { Context, Publisher } from "zeromq";
import { sleep } from "../../src/concurrency/index.js";
import type { Sample } from "../../src/labs/apm/sample.js";

/** A sample as a foreign program may send it. */
export function sampleOf(fields: Partial<Sample> = {}): Sample {
  return { color: "red", timestamp: new Date().toISOString(), cpu: 12.5, mem: 80, ...fields };
}

/** A bare ZeroMQ publisher: whatever frames a test likes, to a server that is there. */
export class RawPublisher {
  readonly #socket: Publisher;
  readonly #context = new Context({ blocky: false });

  constructor(options: ConstructorParameters<typeof Publisher>[0] = {}) {
    this.#socket = new Publisher({ linger: 0, sendHighWaterMark: 200_000, context: this.#context, ...options });
  }

  /** Connect, and send `probe` until `heard` says that it came. */
  async join(address: string, probe: string, heard: () => boolean | Promise<boolean>): Promise<void> {
    this.#socket.connect(address);
    while (!(await heard())) {
      await this.send(probe);
      await sleep(20);
    }
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

/** A publisher that has joined: the server has had one sample of it, with the colour gray. It closes with the test. */
export async function publishTo(t: TestContext, server: { collect: string; metric(name: string): Promise<number> }) {
  const publisher = new RawPublisher();
  t.after(() => publisher.close());
  const probe = JSON.stringify(sampleOf({ color: "gray" }));
  const before = await server.metric("lab_samples_total");
  await publisher.join(server.collect, probe, async () => (await server.metric("lab_samples_total")) > before);
  return publisher;
}
