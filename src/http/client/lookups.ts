import { type LookupAddress, type LookupAllOptions, type LookupOptions, lookup } from "node:dns";

type SystemLookup = (name: string, options: LookupAllOptions) => Promise<LookupAddress[]>;
type Callback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

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

  /** The `lookup` option of net.connect(). */
  readonly lookup = (name: string, options: LookupOptions, callback: Callback): void => {
    this.#addressesOf(name, options).then(
      (addresses) => {
        if (options.all) callback(null, addresses);
        else callback(null, addresses[0]?.address ?? "", addresses[0]?.family);
      },
      (error) => callback(error, ""),
    );
  };

  #addressesOf(name: string, options: LookupOptions): Promise<LookupAddress[]> {
    const key = `${name} ${options.family} ${options.hints}`;
    const known = this.#known.get(key);
    if (known && performance.now() < known.until) return known.addresses;
    const addresses = this.#ask(name, { ...options, all: true });
    addresses.catch(() => this.#known.delete(key));
    this.#known.delete(key); // set() then puts it last, as the youngest
    this.#known.set(key, { addresses, until: performance.now() + keptMs });
    const [oldest] = this.#known.size > mostKept ? this.#known.keys() : [];
    if (oldest !== undefined) this.#known.delete(oldest);
    return addresses;
  }
}

function systemLookup(name: string, options: LookupAllOptions): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(name, options, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });
}
