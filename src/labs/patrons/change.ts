/** A patron as it is stored. `id` is the decimal text of a bigint. */
export interface Patron {
  id: string;
  /** Null only in a table that others have made. */
  name: string | null;
  fav_dish: string | null;
  version: bigint;
}

/** A committed change, as an event or the answer to a write tells it. Only an own write has `patron`. */
export type Change =
  | { type: "row"; id: string; version: bigint; patron?: Patron }
  | { type: "deleted"; id: string; version: bigint }
  /** All rows may have changed. */
  | { type: "all" }
  /** A message of an instance to itself. */
  | { type: "echo"; token: string };

/**
 * Read the payload of an event. Undefined: it is none of ours. Each role of the database may send to the channel, so no text
 * of a row is taken from it: a forged event costs a read.
 */
export function parseChange(payload: string): Change | undefined {
  const event = objectOf(payload);
  const { type, id, version, token } = event ?? {};
  if (type === "TRUNCATE") return { type: "all" };
  if (type === "ECHO") return typeof token === "string" ? { type: "echo", token } : undefined;
  if (!isDigits(id) || !isDigits(version)) return undefined;
  const about = { id, version: BigInt(version) };
  if (type === "DELETE") return { type: "deleted", ...about };
  if (type !== "INSERT" && type !== "UPDATE") return undefined;
  return { type: "row", ...about };
}

/** The payload that clears all caches. */
export const clearPayload = JSON.stringify({ type: "TRUNCATE" });

/** The payload of an echo. */
export function echoPayload(token: string): string {
  return JSON.stringify({ type: "ECHO", token });
}

function isDigits(value: unknown): value is string {
  return typeof value === "string" && /^-?\d{1,19}$/.test(value);
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
