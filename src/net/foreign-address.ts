import { BlockList, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { isPublicAddress } from "./public-address.js";

/** Whether an IP address belongs to the internet, and to no interface of this machine (default: its interfaces now). */
export function isForeignAddress(address: string, interfaces = networkInterfaces()): boolean {
  if (!isPublicAddress(address)) return false;
  const own = new BlockList();
  for (const { address: one, family } of Object.values(interfaces).flatMap((list = []) => list))
    own.addAddress(one, family === "IPv6" ? "ipv6" : "ipv4");
  return !own.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
