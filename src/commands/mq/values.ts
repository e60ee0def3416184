import { isIP } from "node:net";
import { cut } from "../../text/cut.js";
import { printable } from "../../text/printable.js";
import { BadValue, type Parse } from "../kit/option.js";
import { shown } from "../kit/values.js";

const longestName = 256; // bytes, the limit of the broker
const longestShown = 60; // characters of a name in text output

/** The name of a channel: 1 to 256 bytes. */
export const channel: Parse<Buffer> = (text) => {
  const name = Buffer.from(text);
  if (name.length === 0 || name.length > longestName) {
    throw new BadValue(`must have 1 to ${longestName} bytes, got ${shown(text)}`);
  }
  return name;
};

/** A channel's name for one line of a terminal. */
export function shownChannel(name: string): string {
  return printable(cut(name, longestShown));
}

/** The host of a broker to connect to: a name or an IP address. Brackets are removed: `[::1]` is `::1`. */
export const brokerHost: Parse<string> = (text) => {
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  if (isIP(bare) > 0 || /^[a-z\d]([a-z\d._-]{0,251}[a-z\d])?\.?$/i.test(bare)) return bare;
  throw new BadValue(`must be a host name or an IP address, got ${shown(text)}`);
};
