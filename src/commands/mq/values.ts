import { isIP } from "node:net";
import { limits } from "../../labs/mq/limits.js";
import { fit } from "../../terminal/cells.js";
import { printable } from "../../text/printable.js";
import { BadValue, option, type Parse } from "../kit/option.js";
import { shown, wholeNumber } from "../kit/values.js";

const longestShown = 60; // cells of a name in text output

/** The name of a channel: 1 to 256 bytes of UTF-8. Node replaces other bytes of an argument, and names would be mixed up. */
export const channel: Parse<Buffer> = (text) => {
  const name = Buffer.from(text);
  if (name.length === 0 || name.length > limits.maxName) {
    throw new BadValue(`must have 1 to ${limits.maxName} bytes, got ${shown(text)}`);
  }
  if (text.includes("\ufffd"))
    throw new BadValue(`must be UTF-8 without the replacement character, got ${shown(text)}`);
  return name;
};

/** A channel's name for one line of a terminal. */
export function shownChannel(name: string): string {
  return fit(printable(name), longestShown);
}

/** The host of a broker to connect to: a name or an IP address. Brackets are removed: `[::1]` is `::1`. */
export const brokerHost: Parse<string> = (text) => {
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  if (isIP(bare) > 0 || /^[a-z\d]([a-z\d._-]{0,251}[a-z\d])?\.?$/i.test(bare)) return bare;
  throw new BadValue(`must be a host name or an IP address, got ${shown(text)}`);
};

/** The options of a client: where its broker is. */
export const brokerOptions = [
  option("--host <name>", "host of the broker", brokerHost, "127.0.0.1"),
  option("--port <number>", "port of the broker", wholeNumber(1, 65_535), "25000"),
] as const;
