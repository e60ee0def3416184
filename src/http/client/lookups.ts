import { type LookupAddress, lookup } from "node:dns";

type SystemLookup = (name: string) => Promise<LookupAddress[]>;

const keptMs = 60_000;
const mostKept = 4096; // names

/**
 * The DNS look-ups of a run. Each name is looked up once for all connections that wait for it. Its addresses are kept
 * for a minute, as in curl. A failed look-up is not kept. Beyond 4,096 names the oldest is forgotten.
 * Cancellation: none. The system's look-up occupies a thread and runs to its end, even if no connection waits for it.
 */
export class Lookups {
  readonly #ask: SystemLookup;
  readonly #known = new Map<string, { addresses: Promise<LookupAddress[]>; until: number }>();

  /** `ask` looks a name up (default: the system's look-up). */
  constructor(ask: SystemLookup = systemLookup) {
    this.#ask = ask;
  }

  /** The addresses of a name, at least one. Rejects with the error of the system. */
  addressesOf(name: string): Promise<LookupAddress[]> {
    const known = this.#known.get(name);
    if (known && performance.now() < known.until) return known.addresses;
    const addresses = this.#ask(name);
    addresses.catch(() => this.#known.delete(name));
    this.#known.delete(name); // set() then puts it last, as the youngest
    this.#known.set(name, { addresses, until: performance.now() + keptMs });
    const [oldest] = this.#known.size > mostKept ? this.#known.keys() : [];
    if (oldest !== undefined) this.#known.delete(oldest);
    return addresses;
  }
}

function systemLookup(name: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(name, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });
}
