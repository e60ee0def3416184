import { isIP } from "node:net";
import type { Lookups } from "../../../http/client/lookups.js";
import { isPublicAddress } from "../../../net/public-address.js";

/**
 * `host:port` of a URL with a loopback or private address; undefined for a public one. A page may ask such a host only if
 * it was so when the user's site was fetched: a name of the internet may not turn to this machine afterwards.
 */
export async function privateHost({ hostname, port, protocol }: URL, lookups: Lookups): Promise<string | undefined> {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const found = isIP(host) ? [{ address: host }] : await lookups.addressesOf(host).catch(() => []);
  if (found.length === 0 || found.some(({ address }) => isPublicAddress(address))) return undefined;
  return `${host}:${port || (protocol === "https:" ? 443 : 80)}`;
}
