import type { LookupAddress } from "node:dns";
import { isIP } from "node:net";
import type { Lookups } from "../../../http/client/lookups.js";
import { isForeignAddress } from "../../../net/public-address.js";

/** A host with addresses of this machine or a private network. */
export interface PrivateHost {
  /** `host:port` */
  name: string;
  /** As they were looked up: the name may turn to others afterwards. */
  addresses: readonly LookupAddress[];
}

/**
 * The host of a URL with a loopback or private address; undefined for a public one. A page may ask such a host only if it
 * was so when the user's site was fetched: a name of the internet may not turn to this machine afterwards.
 */
export async function privateHost(
  { hostname, port, protocol }: URL,
  lookups: Pick<Lookups, "addressesOf">,
): Promise<PrivateHost | undefined> {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const family = isIP(host);
  const addresses = family ? [{ address: host, family }] : await lookups.addressesOf(host).catch(() => []);
  if (addresses.length === 0 || addresses.some(({ address }) => isForeignAddress(address))) return undefined;
  return { name: `${host}:${port || (protocol === "https:" ? 443 : 80)}`, addresses };
}
