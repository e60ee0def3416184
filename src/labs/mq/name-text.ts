import { isUtf8 } from "node:buffer";

/** The name of a channel as text. Bytes that are no UTF-8 are written as `\xff`. */
export function nameText(name: Buffer): string {
  if (isUtf8(name)) return name.toString("utf8");
  return name.toString("latin1").replace(/[\x80-\xff]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`);
}
