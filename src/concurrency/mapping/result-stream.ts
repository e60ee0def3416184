import { type Abortable, createController, onAbort } from "../cancellation.js";
import { type AnyIterable, isThenable } from "../iterables.js";
import { Waiters } from "../waiters.js";
import { AsFinished, InOrder, type Lineup } from "./lineup.js";
import { checkCount, type Mapper, Pump } from "./pump.js";

export interface StreamOptions extends Abortable {
  concurrency: number;
  buffer?: number;
  ordered?: boolean;
}

type Outcome<B> = { value: B } | { error: unknown };
const ended = { done: true, value: undefined } as const;

/**
 * The stream of streamConcurrent() and of pool.map(). An iterator by hand: an async generator's return() waits behind its
 * pending next().
 */
export class OpenStream<A, B> implements AsyncIterableIterator<B> {
  readonly #fn: Mapper<A, B>;
  readonly #outer: AbortSignal | undefined;
  readonly #own = createController();
  readonly #pump: Pump<A>;
  /** Outcomes that no next() has taken. */
  readonly #ready: Lineup<Outcome<B>>;
  readonly #consumers = new Waiters<IteratorResult<B>>("next result");
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
      name: fn.name || "map",
      signal: this.#own.signal,
      work: (item, index) => this.#work(item, index),
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

  /** See ResultStream. Mappers that succeed in spite of the abort count too. */
  undelivered(): B[] {
    return this.#ready.takeAll().flatMap((outcome) => ("value" in outcome ? [outcome.value] : []));
  }

  /** Begin to pull. Otherwise the first next() does. */
  start(): void {
    if (this.#started || this.#closing) return;
    this.#started = true;
    const outer = this.#outer;
    const cancel = () => this.#close({ error: outer?.reason });
    if (outer?.aborted) cancel();
    else this.#forgetOuter = outer && onAbort(outer, cancel, this.#pump);
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
      if (this.#closing) return; // most likely a consequence of the end
      this.#pump.stop();
    }
    this.#ready.add(index, outcome);
    this.#deliver();
  }

  /** Settle waiting next() calls with ready outcomes. That makes room for the pump. */
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
    closed(this.#cleanUp(failure)); // after #closing is set: an abort listener may call return()
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
    await (failure ? closed.catch(() => {}) : closed); // the failure counts
  }

  /** One next() gets the error that ended the stream; all others get the end. */
  #last(): IteratorResult<B> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure.error;
    return ended;
  }
}
