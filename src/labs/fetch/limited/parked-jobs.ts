import { type AnyIterable, iteratorOf, type PromptIterable, type PromptIterator } from "../../../concurrency/index.js";
import type { Job } from "../job.js";
import type { LimitedHosts } from "./limited-hosts.js";

type Step = IteratorResult<Job>;

const ended = { done: true, value: undefined } as const;

/**
 * The jobs of a list, in which those of hosts that asked to wait are put aside until it is their turn. A job that is put
 * aside occupies no slot, so other hosts go on. At most `most` jobs are put aside before the list waits as well. Without a
 * limited host, a job is handed out as it comes. After `endAt`, all are handed out at once.
 */
export class ParkedJobs implements PromptIterable<Job>, PromptIterator<Job> {
  readonly #input: Iterator<Job> | PromptIterator<Job>;
  readonly #hosts: LimitedHosts;
  readonly #most: number;
  readonly #endAt: number;
  readonly #parked = new Map<string, Job[]>();
  #count = 0;
  #inWork = 0;
  #isReading = false;
  #arrived: { step: Step } | { error: unknown } | undefined;
  #hasEnded = false;
  #wake: () => void = () => {};

  constructor(input: AnyIterable<Job>, hosts: LimitedHosts, { most, endAt }: { most: number; endAt: number }) {
    this.#input = iteratorOf(input) as Iterator<Job> | PromptIterator<Job>; // the consumer awaits items that are promises
    this.#hosts = hosts;
    this.#most = most;
    this.#endAt = endAt;
  }

  next(): Step | Promise<Step> {
    if (this.#hosts.isEmpty && !this.#isReading && !this.#arrived && !this.#hasEnded) {
      const step = this.#read(); // the usual case, for a million lines
      if (step && !step.done) {
        this.#inWork++;
        return step;
      }
      if (step) this.#hasEnded = true;
    }
    return this.#now() ?? this.#later();
  }

  /** Repeat a job that was handed out, before the others of `host`. settled() follows. */
  park(job: Job, host: string): void {
    const queue = this.#queueOf(host);
    queue.unshift(job);
    this.#count++;
  }

  /** A job that was handed out is done, or parked. */
  settled(): void {
    this.#inWork--;
    this.#wake();
  }

  async return(): Promise<Step> {
    this.#hasEnded = true;
    this.#parked.clear();
    this.#count = this.#inWork = 0;
    this.#wake();
    await this.#input.return?.();
    return ended;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next job, if it is at hand. */
  #now(): Step | undefined {
    const ready = this.#count > 0 ? this.#takeReady() : undefined;
    if (ready) return this.#handOut(ready);
    while (!this.#hasEnded && !this.#isReading && this.#count < this.#most) {
      const step = this.#read();
      if (!step) break;
      if (step.done) this.#hasEnded = true;
      else if (!this.#isPutAside(step.value)) return this.#handOut(step.value);
    }
    return this.#hasEnded && this.#count === 0 && this.#inWork <= 0 ? ended : undefined;
  }

  async #later(): Promise<Step> {
    for (;;) {
      await this.#change();
      const step = this.#now();
      if (step) return step;
    }
  }

  /** Wait until a line has come, a job is done, or a parked one has its turn. */
  #change(): Promise<void> {
    return new Promise((resolve) => {
      const ms = this.#count > 0 ? Math.max(0, this.#nextTurn() - performance.now()) : Number.POSITIVE_INFINITY;
      const timer =
        ms < Number.POSITIVE_INFINITY ? setTimeout(() => this.#wake(), Math.min(ms, 2 ** 31 - 1)) : undefined;
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
    });
  }

  /** A step of the list; undefined while it is being read. */
  #read(): Step | undefined {
    const arrived = this.#arrived;
    this.#arrived = undefined;
    if (arrived) {
      if ("error" in arrived) throw arrived.error;
      return arrived.step;
    }
    const step = this.#input.next();
    if (!(step instanceof Promise)) return step;
    this.#isReading = true;
    const arrive = (found: { step: Step } | { error: unknown }) => {
      this.#isReading = false;
      this.#arrived = found;
      this.#wake();
    };
    step.then(
      (found) => arrive({ step: found }),
      (error) => arrive({ error }),
    );
    return undefined;
  }

  #handOut(job: Job): Step {
    this.#inWork++;
    if (!this.#hosts.isEmpty && job.url) this.#hosts.of(job.url.host)?.started(performance.now());
    return { done: false, value: job };
  }

  #isPutAside(job: Job): boolean {
    if (this.#hosts.isEmpty || !job.url) return false;
    const { host } = job.url;
    const pace = this.#hosts.of(host);
    const now = performance.now();
    if (!pace || now >= this.#endAt || (!this.#parked.has(host) && pace.readyAt <= now)) return false;
    this.#queueOf(host).push(job);
    this.#count++;
    return true;
  }

  #queueOf(host: string): Job[] {
    const queue = this.#parked.get(host) ?? [];
    this.#parked.set(host, queue);
    return queue;
  }

  #takeReady(): Job | undefined {
    const now = performance.now();
    for (const [host, queue] of this.#parked) {
      if (now < this.#endAt && (this.#hosts.of(host)?.readyAt ?? 0) > now) continue;
      const job = queue.shift();
      if (queue.length === 0) this.#parked.delete(host);
      this.#count--;
      return job;
    }
    return undefined;
  }

  #nextTurn(): number {
    const turns = [...this.#parked.keys()].map((host) => this.#hosts.of(host)?.readyAt ?? 0);
    return Math.min(this.#endAt, ...turns);
  }
}
