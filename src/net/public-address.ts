import { BlockList, isIP, isIPv6 } from "node:net";

const inside = new BlockList();
for (const [address, bits] of [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8],
  ["100.64.0.0", 10], // behind a provider's NAT
  ["127.0.0.0", 8],
  ["169.254.0.0", 16], // link-local; clouds give secrets there
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15], // benchmarks
  ["224.0.0.0", 3], // multicast, reserved, broadcast
] as const)
  inside.addSubnet(address, bits); // also as IPv4 in IPv6: ::ffff:10.0.0.1
for (const [address, bits] of [
  ["::", 96], // unspecified, loopback, IPv4-compatible
  ["64:ff9b:1::", 48], // local NAT64
  ["2001::", 32], // Teredo holds an IPv4 address
  ["2002::", 16], // so does 6to4
  ["fc00::", 7], // unique local
  ["fe80::", 9], // link-local, site-local
  ["ff00::", 8], // multicast
] as const)
  inside.addSubnet(address, bits, "ipv6");

/** NAT64: the IPv4 address is in the last 32 bits, as in `64:ff9b::7f00:1`. */
const nat64 = new BlockList();
nat64.addSubnet("64:ff9b::", 96, "ipv6");

/**
 * Whether an IP address belongs to the internet. False for loopback, private, link-local, multicast and reserved ones, for
 * their spellings in IPv6, and for text that is no address.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const bare = address.replace(/%.*$/, ""); // without the zone
  if (!isIPv6(bare)) return !inside.check(bare);
  if (nat64.check(bare, "ipv6")) return isPublicAddress(lastFour(bare));
  return !inside.check(bare, "ipv6");
}

/** The last 32 bits of an IPv6 address, as an IPv4 address. */
function lastFour(address: string): string {
  const [, high = "0", low = "0"] = /([0-9a-f]*):([0-9a-f]*)\]$/i.exec(new URL(`http://[${address}]`).hostname) ?? [];
  const bits = [high, low].map((group) => Number.parseInt(group || "0", 16));
  return bits.flatMap((group) => [group >> 8, group & 255]).join(".");
}
