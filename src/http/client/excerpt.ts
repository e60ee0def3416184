import { cut } from "../../text/cut.js";
import { printable, printableJson } from "../../text/printable.js";

const longest = 80;
const longestLine = 200;

/** The start of a body for an error message: at most 80 bytes on one line, with invisible characters escaped. */
export function excerpt(body: Buffer): string {
  const text = printableJson(JSON.stringify(body.subarray(0, longest).toString("utf8")));
  return body.length > longest ? `${text}…` : text;
}

/** `text` on one line of at most 200 characters, with invisible characters escaped. */
export function oneLine(text: string): string {
  return cut(printable(text.trim().replace(/\s*\n\s*/g, " ")), longestLine);
}
