import { BlockList, isIP, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";

const inside = new BlockList();
for (const [address, bits] of [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8],
  ["100.64.0.0", 10], // behind a provider's NAT
  ["127.0.0.0", 8],
  ["169.254.0.0", 16], // link-local; clouds give secrets there
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // relays of 6to4
  ["192.168.0.0", 16],
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24],
  ["224.0.0.0", 3], // multicast, reserved, broadcast
] as const)
  inside.addSubnet(address, bits);

/** The unicast addresses of the internet: IPv6 has no others. */
const global = new BlockList();
global.addSubnet("2000::", 3, "ipv6");
for (const [address, bits] of [
  ["2001::", 23], // protocols: Teredo, which holds an IPv4 address, benchmarks, ORCHID
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4 holds an IPv4 address
  ["3fff::", 20], // documentation
] as const)
  inside.addSubnet(address, bits, "ipv6");

/** The IPv4 address is in the last 32 bits, as in `::ffff:7f00:1`, and in `64:ff9b::7f00:1` of NAT64. */
const embedded = new BlockList();
embedded.addSubnet("::ffff:0:0", 96, "ipv6");
embedded.addSubnet("64:ff9b::", 96, "ipv6");

/**
 * Whether an IP address belongs to the internet. False for loopback, private, link-local, multicast and reserved ones, for
 * their spellings in IPv6, and for text that is no address.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const bare = address.replace(/%.*$/, ""); // without the zone
  if (!isIPv6(bare)) return !inside.check(bare);
  if (embedded.check(bare, "ipv6")) return isPublicAddress(lastFour(bare));
  return global.check(bare, "ipv6") && !inside.check(bare, "ipv6");
}

/** Whether an IP address belongs to the internet, and to no interface of this machine (default: its interfaces now). */
export function isForeignAddress(address: string, interfaces = networkInterfaces()): boolean {
  if (!isPublicAddress(address)) return false;
  const own = new BlockList();
  for (const { address: one, family } of Object.values(interfaces).flatMap((list = []) => list))
    own.addAddress(one, family === "IPv6" ? "ipv6" : "ipv4");
  return !own.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/** The last 32 bits of an IPv6 address, as an IPv4 address. */
function lastFour(address: string): string {
  const [, high = "0", low = "0"] = /([0-9a-f]*):([0-9a-f]*)\]$/i.exec(new URL(`http://[${address}]`).hostname) ?? [];
  const bits = [high, low].map((group) => Number.parseInt(group || "0", 16));
  return bits.flatMap((group) => [group >> 8, group & 255]).join(".");
}
