import { isIP } from "node:net";
import { parseDuration } from "../../terminal/duration.js";
import { cut } from "../../text/cut.js";
import { parseSize } from "../../text/size.js";
import { BadValue, type Parse } from "./option.js";
import { suggestionFor } from "./suggestion.js";

const longestMs = 24 * 3_600_000;
const examples = "such as 250ms, 1.5s or 2m";

/** Milliseconds, from 0 up to 24 hours. */
export const duration: Parse<number> = (text) => {
  const ms = parseDuration(text);
  if (ms === undefined || ms > longestMs) {
    throw new BadValue(`must be a duration from 0 to 24h, ${examples}, got ${shown(text)}`);
  }
  return ms;
};

/** Milliseconds, above 0 and up to 24 hours. */
export const positiveDuration: Parse<number> = (text) => {
  const ms = parseDuration(text);
  if (ms === undefined || ms === 0 || ms > longestMs) {
    throw new BadValue(`must be a duration above 0 and up to 24h, ${examples}, got ${shown(text)}`);
  }
  return ms;
};

/** A whole number from `least` to `most`, in digits only. */
export function wholeNumber(least: number, most: number): Parse<number> {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new BadValue(`must be a whole number from ${least} to ${most}, got ${shown(text)}`);
    }
    return value;
  };
}

/** A size in bytes, from `least` on, which is a whole number of MiB. */
export function sizeFrom(least: number): Parse<number> {
  return (text) => {
    const bytes = parseSize(text);
    if (bytes === undefined || bytes < least) {
      throw new BadValue(`must be a size from ${least / 2 ** 20}MiB on, such as 512MiB or 2GiB, got ${shown(text)}`);
    }
    return bytes;
  };
}

/** The name of a file or a folder. An empty name is refused: some calls take it for the current folder. */
export const path: Parse<string> = (text) => {
  if (text === "" || text.includes("\0"))
    throw new BadValue(`must be the name of a file or a folder, got ${shown(text)}`);
  return text;
};

/** One of the given words. */
export function oneOf<T extends string>(...choices: readonly T[]): Parse<T> {
  const parse = (text: string) => {
    const choice = choices.find((word) => word === text);
    if (choice === undefined) throw new BadValue(`must be one of ${choices.join(", ")}, got ${shown(text)}`);
    return choice;
  };
  return Object.assign(parse, { words: choices });
}

const longestName = 60; // characters of a typed word that is compared with the known ones
const mostListed = 12; // words in a message

/**
 * Some of the given words, separated by commas, each at most once, in the typed order. The message for another word
 * suggests the closest one.
 */
export function listOf<T extends string>(...choices: readonly T[]): Parse<T[]> {
  const known = choices.length > mostListed ? `${choices.slice(0, 3).join(", ")}, …` : choices.join(", ");
  const one = (word: string) => {
    const choice = choices.find((each) => each === word);
    if (choice !== undefined) return choice;
    const closest = suggestionFor(word.slice(0, longestName), choices);
    const hint = closest === undefined ? "" : `; did you mean ${closest}?`;
    throw new BadValue(`must be one of ${known}, got ${shown(word)}${hint}`);
  };
  const parse = (text: string) => {
    const words = text.split(",").map(one);
    if (new Set(words).size < words.length) throw new BadValue(`must name each once, got ${shown(text)}`);
    return words;
  };
  return Object.assign(parse, { words: choices, isList: true });
}

/**
 * An IP address of this machine to listen on, in its shortest spelling. Brackets are removed: `[0::1]` is `::1`.
 * `localhost` is 127.0.0.1.
 */
export const host: Parse<string> = (text) => {
  if (text.toLowerCase() === "localhost") return "127.0.0.1";
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  const version = isIP(bare);
  if (version === 4) return bare;
  const url = `http://[${bare}]`; // URL shortens an IPv6 address
  if (version === 6 && URL.canParse(url)) return new URL(url).hostname.slice(1, -1);
  throw new BadValue(`must be an IP address of this machine or localhost, got ${shown(text)}`);
};

/** A name that a Host header may have. */
export const hostName: Parse<string> = (text) => {
  if (!/^[\w.-]{1,253}$/.test(text)) throw new BadValue(`must be a host name without a port, got ${shown(text)}`);
  return text;
};

/** Typed text for a message: quoted, on one line, at most 40 characters. */
export function shown(text: string): string {
  return JSON.stringify(cut(text, 40));
}
