import { type Abortable, onAbort } from "./cancellation.js";
import { createController } from "./controller.js";
import { type AnyIterable, isThenable } from "./iterables.js";
import { AsFinished, InOrder, type Lineup } from "./lineup.js";
import { checkCount, type Mapper, Pump } from "./pump.js";
import { Waiters } from "./waiters.js";

export interface StreamOptions extends Abortable {
  concurrency: number;
  buffer?: number;
  ordered?: boolean;
}

type Outcome<B> = { value: B } | { error: unknown };
const ended = { done: true, value: undefined } as const;

/**
 * The stream of streamConcurrent, with a little more to it. Written by hand because an async generator's return() waits
 * behind its pending next().
 */
export class OpenStream<A, B> implements AsyncIterableIterator<B> {
  readonly #fn: Mapper<A, B>;
  readonly #outer: AbortSignal | undefined;
  readonly #own = createController();
  readonly #pump: Pump<A>;
  /** What nobody has asked for, yet or in time. */
  readonly #ready: Lineup<Outcome<B>>;
  readonly #consumers = new Waiters<IteratorResult<B>>();
  #started = false;
  #forgetOuter: (() => void) | undefined;
  #closing: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  constructor(items: AnyIterable<A>, fn: Mapper<A, B>, opts: StreamOptions) {
    const { concurrency, ordered = true, signal } = opts;
    const buffer = opts.buffer ?? concurrency;
    checkCount("concurrency", concurrency);
    checkCount("buffer", buffer);
    this.#fn = fn;
    this.#ready = ordered ? new InOrder() : new AsFinished();
    this.#outer = signal;
    this.#pump = new Pump<A>(items, {
      concurrency,
      work: (item, index) => void this.#work(item, index),
      hasRoom: () => this.#pump.inFlight + this.#ready.size < buffer,
      onInputError: (error, index) => this.#record(index, { error }),
    });
  }

  next(): Promise<IteratorResult<B>> {
    this.start();
    if (this.#closing) return this.#closing.then(() => this.#last());
    const result = this.#consumers.park(undefined, undefined);
    this.#deliver();
    return result;
  }

  async return(): Promise<IteratorResult<B>> {
    this.#close();
    await this.#closing;
    return ended;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * Once the stream has ended: the results that nobody had asked for, in the order in which they would have come; also of
   * what was aborted and came to a good end all the same.
   */
  undelivered(): B[] {
    return this.#ready.takeAll().flatMap((outcome) => ("value" in outcome ? [outcome.value] : []));
  }

  /** Begin to pull; the first next() does it otherwise. */
  start(): void {
    if (this.#started || this.#closing) return;
    this.#started = true;
    const outer = this.#outer;
    const cancel = () => this.#close({ error: outer?.reason });
    if (outer?.aborted) cancel();
    else this.#forgetOuter = outer && onAbort(outer, cancel);
    void this.#pump.finished.then(() => this.#deliver());
    this.#pump.advance();
  }

  async #work(item: A | PromiseLike<A>, index: number): Promise<void> {
    try {
      const value = await this.#fn(isThenable(item) ? await item : item, index, this.#own.signal);
      this.#record(index, { value });
    } catch (error) {
      this.#record(index, { error });
    }
    this.#pump.settled();
  }

  #record(index: number, outcome: Outcome<B>): void {
    if ("error" in outcome) {
      if (this.#closing) return; // most likely because of it
      this.#pump.stop();
    }
    this.#ready.add(index, outcome);
    this.#deliver();
  }

  /** Hand out what is ready and asked for; the room this makes lets the pump go on. */
  #deliver(): void {
    while (this.#consumers.size > 0 && !this.#closing) {
      const outcome = this.#ready.take();
      if (outcome === undefined) {
        if (this.#pump.idle) this.#close();
        break;
      }
      if ("error" in outcome) this.#close(outcome);
      else this.#consumers.next()?.resolve({ done: false, value: outcome.value });
    }
    this.#pump.advance();
  }

  /** The first call decides how the stream ends. */
  #close(failure?: { error: unknown }): void {
    if (this.#closing) return;
    this.#failure = failure;
    let closed = (_: Promise<void>) => {};
    this.#closing = new Promise((resolve) => {
      closed = resolve;
    });
    closed(this.#cleanUp(failure)); // not before #closing is set: a mapper's abort listener may call return()
    for (let consumer = this.#consumers.next(); consumer; consumer = this.#consumers.next()) {
      consumer.resolve(this.#closing.then(() => this.#last()));
    }
  }

  async #cleanUp(failure: { error: unknown } | undefined): Promise<void> {
    this.#forgetOuter?.();
    this.#pump.stop();
    if (!this.#pump.idle) this.#own.abort(failure ? failure.error : new DOMException("no longer read", "AbortError"));
    await this.#pump.finished;
    const closed = this.#pump.closeInput();
    await (failure ? closed.catch(() => {}) : closed); // the failure is what counts
  }

  /** The error that ended the stream goes to one next(), the end itself to all others. */
  #last(): IteratorResult<B> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure.error;
    return ended;
  }
}
