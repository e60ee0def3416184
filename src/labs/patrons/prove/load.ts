import { isCancelled, sleep } from "../../../concurrency/index.js";
import type { Client, Reply } from "./client.js";
import { History, type Write } from "./history.js";
import { Tally } from "./tally.js";

const patrons = 120; // at a time
const graves = 20; // deleted patrons that are still read
const pauseMs = 20; // of a writer between two writes
const recent = 30; // writes, whose patrons are read more often

/** Patrons that memory keeps: fewer than there are, so that rows are read again and again. */
export const cacheSize = (patrons * 3) / 4;

/**
 * Mixed load. Each writer has patrons of its own, so that the writes of one follow each other. Readers ask one instance
 * for any of them. Most patrons wait a second or two for their next write: an instance that missed one stays wrong.
 */
export class Load {
  readonly histories: History[] = [];
  readonly tally = new Tally();
  readonly ports: readonly number[];
  readonly #client: Client;
  readonly #name: string;
  readonly #slots: History[] = [];
  readonly #graves: History[] = [];
  /** Written lately. */
  readonly #recent: History[] = [];
  /** The next one of each writer. A read of it is often under way while it is written. */
  readonly #upcoming: History[] = [];
  #turn = 0;
  #buried = 0;
  #written = 0;

  /** `ports`: those of the instances. `name`: that of all patrons. */
  constructor(client: Client, ports: readonly number[], name: string) {
    this.#client = client;
    this.ports = ports;
    this.#name = name;
  }

  /** The patrons that are not deleted. */
  get present(): readonly History[] {
    return this.#slots;
  }

  /** Make the patrons, those of one writer. */
  async fill(writer: number, writers: number, signal: AbortSignal): Promise<void> {
    for (let slot = writer; slot < patrons; slot += writers) this.#slots[slot] = await this.#create(signal);
  }

  /** Read through one instance until `endAt`. */
  async read(instance: number, endAt: number, signal: AbortSignal): Promise<void> {
    while (performance.now() < endAt) {
      const history = this.#any();
      const beganAt = performance.now();
      const reply = await this.#ask(instance, "GET", `/patron/${history.id}`, undefined, signal);
      if (!reply || ![200, 404].includes(reply.status)) this.tally.fail(reply?.status);
      else this.tally.count({ number: numberIn(reply, history), instance, beganAt }, reply.cache, history);
    }
  }

  /** Write the patrons of one writer, through all instances in turn, until `endAt`. */
  async write(writer: number, writers: number, endAt: number, signal: AbortSignal): Promise<void> {
    while (performance.now() < endAt) {
      const slot = writer + writers * Math.floor((Math.random() * patrons) / writers);
      const history = this.#slots[slot] as History;
      this.#upcoming[writer] = history;
      await sleep(pauseMs, { signal });
      await this.#change(history, Math.random() < 0.05, signal);
      this.#recent[this.#written++ % recent] = history;
      if (!history.deletion && !history.isUncertain) continue;
      this.#graves[this.#buried++ % graves] = history;
      this.#slots[slot] = await this.#create(signal);
    }
  }

  async #create(signal: AbortSignal): Promise<History> {
    for (;;) {
      const instance = this.#nextInstance();
      const reply = await this.#ask(instance, "POST", "/patron", { name: this.#name, fav_dish: dish(1) }, signal);
      if (reply?.status === 201) {
        this.tally.writes++;
        const history = new History(`${reply.body.id}`, { number: 1, instance, acknowledgedAt: performance.now() });
        this.histories.push(history);
        return history;
      }
      this.tally.fail(reply?.status);
      await sleep(pauseMs, { signal });
    }
  }

  async #change(history: History, isDeletion: boolean, signal: AbortSignal): Promise<void> {
    const write: Write = history.begin(this.#nextInstance());
    if (isDeletion) history.deletion = write;
    const [method, body] = isDeletion
      ? ["DELETE", undefined]
      : ["PUT", { name: this.#name, fav_dish: dish(write.number) }];
    const reply = await this.#ask(write.instance, method as string, `/patron/${history.id}`, body as object, signal);
    if (reply?.status === 200) {
      write.acknowledgedAt = performance.now();
      this.tally.writes++;
    } else {
      history.isUncertain = true;
      this.tally.fail(reply?.status);
    }
  }

  /** Undefined: the connection failed. */
  async #ask(instance: number, method: string, path: string, body: object | undefined, signal: AbortSignal) {
    try {
      return await this.#client.ask(this.ports[instance] ?? 0, method, path, body, signal);
    } catch (error) {
      if (signal.aborted || isCancelled(error, signal)) throw signal.reason;
      return undefined;
    }
  }

  #any(): History {
    const lists = [
      this.#upcoming,
      this.#upcoming,
      this.#recent,
      this.#recent,
      this.#graves,
      ...Array(3).fill(this.#slots),
    ];
    const list = lists[Math.floor(Math.random() * lists.length)] as History[];
    return list[Math.floor(Math.random() * list.length)] ?? this.#any();
  }

  #nextInstance(): number {
    return this.#turn++ % this.ports.length;
  }
}

/** The number of the write, and now and then a text that is too long for an event. */
function dish(number: number): string {
  return `${number}${number % 10 === 0 ? ` ${"🍕".repeat(2500)}` : ""}`;
}

/** 0: there is no row, though nobody has begun to delete it. */
function numberIn({ status, body }: Reply, history: History): number {
  if (status === 404) return history.deletion?.number ?? 0;
  return Number.parseInt(body.fav_dish ?? "", 10);
}
