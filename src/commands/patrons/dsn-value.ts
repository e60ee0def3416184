import { type Dsn, parseDsn, withEnvironment } from "../../labs/patrons/dsn.js";
import { BadValue } from "../kit/option.js";

export type { Dsn };

/** A PostgreSQL server, with the environment's host, port and sslmode where the text has none. The message for a bad value never repeats it, since it may hold a password. */
export function dsn(text: string): Dsn {
  const parsed = parseDsn(text);
  const whole = typeof parsed === "string" ? parsed : withEnvironment(parsed, process.env);
  if (typeof whole === "string") throw new BadValue(whole);
  return whole;
}
