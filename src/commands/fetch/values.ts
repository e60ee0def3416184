import { maskPassword } from "../../labs/fetch/mask-password.js";
import { parseUrl } from "../../labs/fetch/parse-url.js";
import { parseSize } from "../../text/size.js";
import { BadValue, type Parse } from "../kit/option.js";
import { path, shown, wholeNumber } from "../kit/values.js";

const namesOfStdout = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/** A file for the results. `-` is not taken for a file name, and stdout belongs to the summary. */
export const outputFile: Parse<string> = (text) => {
  if (namesOfStdout.includes(text)) {
    throw new BadValue(`must be a file, got ${shown(text)}: --json writes the results to stdout`);
  }
  return path(text);
};

/** A folder for the bodies. */
export const bodiesFolder: Parse<string> = (text) => {
  if (text === "-") throw new BadValue('must be a folder, got "-": bodies are not written to stdout');
  return path(text);
};

/** A size from 1 byte to 1 GiB. */
export const size: Parse<number> = (text) => {
  const bytes = parseSize(text);
  if (bytes === undefined || bytes < 1 || bytes > 2 ** 30) {
    throw new BadValue(`must be a size from 1B to 1GiB, such as 500KiB or 10MiB, got ${shown(text)}`);
  }
  return bytes;
};

/** A rate such as `100`, `100/s`, `2.5/s` or `30/m`, per second: above 0, at most 1,000,000. */
export const rate: Parse<number> = (text) => {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(?:\/(s|m))?$/.exec(text) ?? [];
  const perSecond = Number(digits ?? Number.NaN) / (unit === "m" ? 60 : 1);
  if (!(perSecond > 0 && perSecond <= 1_000_000)) {
    throw new BadValue(`must be a rate above 0 and up to 1000000/s, such as 100/s or 30/m, got ${shown(text)}`);
  }
  return perSecond;
};

/** A request method in capitals, but not CONNECT or TRACE. */
export const method: Parse<string> = (text) => {
  if (!/^[A-Z]{1,20}$/.test(text) || text === "CONNECT" || text === "TRACE") {
    throw new BadValue(`must be a method such as GET, HEAD or POST, got ${shown(text)}`);
  }
  return text;
};

const ofConnection = /^(connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade)$/;

/** A header of the command line. Without a value it is left out, even if it is a default. */
export type TypedHeader = [name: string, value: string | undefined];

/**
 * A header as `Name: value`. As in curl, `Name:` leaves a default header out, and `Name;` sends an empty one. The value may
 * be a secret, so a message repeats the name only.
 */
export const header: Parse<TypedHeader> = (text) => {
  const [, name = "", typed = ""] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,256})(;$|:[\t\x20-\x7e]*$)/.exec(text) ?? [];
  if (name === "" || text.length > 8192) {
    throw new BadValue(`must be a header such as 'accept: text/html', got ${shownName(text)}`);
  }
  if (ofConnection.test(name.toLowerCase())) throw new BadValue(`must not be ${name}: the connection sets that header`);
  const value = typed === ";" ? "" : typed.slice(1).trim() || undefined;
  if (name.toLowerCase() === "host" && !value)
    throw new BadValue(`must not be an empty ${name}: HTTP needs that header`);
  return [name.toLowerCase(), value];
};

/** The text up to the colon. Without a colon all of it may be a secret: at most 8 characters, and at most half of it. */
function shownName(text: string): string {
  const colon = text.indexOf(":");
  const name = colon < 0 ? text.slice(0, Math.min(8, text.length / 2)) : text.slice(0, colon + 1);
  return shown(name.length < text.length && name.length <= 40 ? `${name}…` : name);
}

/** An http or https URL. */
export const httpUrl: Parse<string> = (text) => {
  const url = parseUrl(text);
  if (typeof url !== "string") return text;
  throw new BadValue(`must be an http or https URL, got ${shown(maskPassword(text))}${url === "" ? "" : `: ${url}`}`);
};

const mostConcurrency = 16_384;
export const concurrency = wholeNumber(1, mostConcurrency);

/** Rising numbers such as `1,2,4,8`. In `1,2,4,…,256`, the last two numbers give the factor. `...` is the same as `…`. */
export const levels: Parse<number[]> = (text) => {
  const found: number[] = [];
  const words = text.split(",");
  for (const [at, word] of words.entries()) {
    if (word !== "…" && word !== "...") {
      found.push(concurrency(word));
      continue;
    }
    const [before = Number.NaN, last = Number.NaN] = found.slice(-2);
    const end = Number(words[at + 1]);
    const factor = last / before;
    if (!(factor > 1) || !(end > last)) throw wrongLevels(text);
    for (let next = last * factor; next < end && found.length < 100; next *= factor) found.push(Math.round(next));
  }
  const rising = found.every((level, at) => at === 0 || level > (found[at - 1] ?? 0));
  if (!rising || found.length < 2 || found.length > 32) throw wrongLevels(text);
  return found;
};

function wrongLevels(text: string): BadValue {
  return new BadValue(`must be 2 to 32 rising numbers, such as 1,2,4,8 or 1,2,4,…,256, got ${shown(text)}`);
}
