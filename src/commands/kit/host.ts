import { isIP } from "node:net";
import { BadValue, type Parse } from "./option.js";
import { shown } from "./values.js";

/** An address of this machine to listen on, as browsers write it: `localhost` is 127.0.0.1, `[0::1]` is ::1. */
export const host: Parse<string> = (text) => {
  if (text.toLowerCase() === "localhost") return "127.0.0.1";
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  const version = isIP(bare);
  if (version === 4) return bare;
  const url = `http://[${bare}]`;
  if (version === 6 && URL.canParse(url)) return new URL(url).hostname.slice(1, -1);
  throw new BadValue(`must be an IP address of this machine or localhost, got ${shown(text)}`);
};

/** 127.0.0.0/8 as host() gives it. */
const ipv4InIpv6 = /^::ffff:7f[0-9a-f]{2}:/;

/** Whether nobody but this machine can reach `address`, one that host() gave. */
export function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.") || ipv4InIpv6.test(address);
}
