import { isUtf8 } from "node:buffer";

/** One frame as printable text. */
export interface Payload {
  /** The kind of `text`: JSON on one line, other text, or bytes that are no UTF-8 in hexadecimal. */
  encoding: "json" | "text" | "hex";
  text: string;
}

/**
 * Turn a frame into text. JSON stays as it was written, but line breaks between its tokens become spaces. Writing it
 * anew would change large numbers, and overflow the stack for deep nesting.
 */
export function decode(frame: Buffer): Payload {
  if (!isUtf8(frame)) return { encoding: "hex", text: frame.toString("hex") };
  const text = frame.toString("utf8");
  if (!isJson(text)) return { encoding: "text", text };
  return { encoding: "json", text: text.replaceAll(/[\r\n]/g, " ").trim() };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
