import { type LookupAddress, type LookupAllOptions, type LookupOptions, lookup } from "node:dns";

type SystemLookup = (name: string, options: LookupAllOptions) => Promise<LookupAddress[]>;
type Callback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

const keptMs = 60_000;
const mostKept = 4096; // names

/**
 * The addresses of names, for the connections of a run: each name is looked up once, however many wait for it, and its
 * addresses are kept for a minute, as in curl. What failed is looked up again. The system's own look-up takes a thread and
 * cannot be called off; whoever waited and gives up leaves it behind. Beyond 4,096 names the oldest is forgotten.
 */
export class Lookups {
  readonly #ask: SystemLookup;
  readonly #known = new Map<string, { addresses: Promise<LookupAddress[]>; until: number }>();

  /** `ask`: how to look a name up (default: as the system does). */
  constructor(ask: SystemLookup = systemLookup) {
    this.#ask = ask;
  }

  /** What net.connect() takes as its `lookup`. */
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
    this.#known.delete(key); // so that it is the youngest
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
