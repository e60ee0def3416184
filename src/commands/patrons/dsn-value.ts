import { type Dsn, parseDsn } from "../../labs/patrons/dsn.js";
import { BadValue } from "../kit/option.js";

export type { Dsn };

/** A PostgreSQL server. The message for a bad value never repeats it, since it may hold a password. */
export function dsn(text: string): Dsn {
  const parsed = parseDsn(text);
  if (typeof parsed === "string") throw new BadValue(parsed);
  return parsed;
}
