import { isUtf8 } from "node:buffer";

/** One frame, as it can be shown. */
export interface Payload {
  /** `text` holds JSON on one line, or any other text, or what is no text at all in hexadecimal. */
  encoding: "json" | "text" | "hex";
  text: string;
}

/**
 * What a frame holds. JSON stays as it was written, except that its line breaks, which can only stand between its
 * tokens, become spaces: parsing it and writing it anew would change large numbers and overflow the stack on deep ones.
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
