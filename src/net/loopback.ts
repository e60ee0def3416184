import { BlockList, isIPv6 } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8); // also as IPv4 in IPv6: ::ffff:127.0.0.1
loopback.addAddress("::1", "ipv6");

/**
 * Whether only this machine can reach `host`. True for a loopback address in any spelling, with or without brackets, and
 * for `localhost`. False for every other name: it may resolve to anything.
 */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === "localhost") return true;
  const address = host.replace(/^\[(.*)\]$/, "$1");
  return loopback.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
