/** A patron as it is stored. `id` is the decimal text of a bigint. */
export interface Patron {
  id: string;
  /** Null only in a table that others have made. */
  name: string | null;
  fav_dish: string | null;
  version: bigint;
}

/** A committed change, as an event or the answer to a write tells it. */
export type Change =
  /** The row as it is now. `patron` is missing if it was too long for an event. */
  | { type: "row"; id: string; version: bigint; patron?: Patron }
  | { type: "deleted"; id: string; version: bigint }
  /** All rows may have changed. */
  | { type: "all" }
  /** A message of an instance to itself. */
  | { type: "echo"; token: string };

/** Read the payload of an event. Undefined: it is none of ours. Anybody may send to the channel. */
export function parseChange(payload: string): Change | undefined {
  const event = objectOf(payload);
  const { type, id, version, token, data } = event ?? {};
  if (type === "TRUNCATE") return { type: "all" };
  if (type === "ECHO") return typeof token === "string" ? { type: "echo", token } : undefined;
  if (!isDigits(id) || !isDigits(version)) return undefined;
  const about = { id, version: BigInt(version) };
  if (type === "DELETE") return { type: "deleted", ...about };
  if (type !== "INSERT" && type !== "UPDATE") return undefined;
  if (typeof data !== "object" || data === null) return { type: "row", ...about };
  const { name, fav_dish } = data as Record<string, unknown>;
  if (typeof name !== "string" || typeof fav_dish !== "string") return { type: "row", ...about };
  return { type: "row", ...about, patron: { ...about, name, fav_dish } };
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
