import { TextDecoder } from "node:util";
import { Parser } from "htmlparser2";

const searched = 1024; // bytes in which a declaration is looked for, as browsers do

/**
 * The text of a body. Its charset is that of the byte order mark, else of `contentType`, else of the XML declaration or
 * the `<meta>` in the first 1,024 bytes, else UTF-8. Unknown charsets are passed over. Wrong bytes become U+FFFD.
 */
export function textOfBody(body: Buffer, contentType = ""): string {
  const decoder = decoderFor(body, contentType); // removes the byte order mark
  // Node 20.20 and 23.10 decode it as ISO 8859-1, but not in a stream. Other charsets would take more memory in one.
  if (decoder.encoding === "windows-1252") return decoder.decode(body, { stream: true }) + decoder.decode();
  return decoder.decode(body);
}

function decoderFor(body: Buffer, contentType: string): TextDecoder {
  const mark = byteOrderMark(body);
  if (mark) return new TextDecoder(mark);
  const start = body.subarray(0, searched);
  const declared = () => asAscii(declaredIn(start.toString("latin1")));
  return decoder(charsetIn(contentType)) ?? decoder(wideXml(start)) ?? decoder(declared()) ?? new TextDecoder();
}

function byteOrderMark(body: Buffer): string | undefined {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return "utf-8";
  if (body[0] === 0xfe && body[1] === 0xff) return "utf-16be";
  if (body[0] === 0xff && body[1] === 0xfe) return "utf-16le";
  return undefined;
}

/** UTF-16 without a byte order mark shows in the first characters of an XML declaration. */
function wideXml(start: Buffer): string | undefined {
  const first = start.subarray(0, 4).toString("latin1");
  if (first === "<\0?\0") return "utf-16le";
  return first === "\0<\0?" ? "utf-16be" : undefined;
}

function charsetIn(contentType: string): string | undefined {
  return /;\s*charset\s*=\s*["']?([^\s"';,]+)/i.exec(contentType)?.[1];
}

function declaredIn(start: string): string | undefined {
  const [, xml] = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"'>]+)["']/i.exec(start) ?? [];
  return xml ?? charsetOfMeta(start);
}

/** The first charset of a `<meta>`. The parser passes over comments and scripts. */
function charsetOfMeta(start: string): string | undefined {
  let found: string | undefined;
  const onopentag = (name: string, { charset, content, "http-equiv": header }: Record<string, string>) => {
    if (found !== undefined || name !== "meta") return;
    found = charset?.trim() ?? (header?.toLowerCase() === "content-type" ? charsetIn(`;${content}`) : undefined);
  };
  new Parser({ onopentag }).end(start);
  return found;
}

/** A declaration that could be read as ASCII is not in UTF-16, even if it says so. */
function asAscii(charset: string | undefined): string | undefined {
  return charset !== undefined && /^(?:x-)?(?:utf-?16|ucs-2|unicode$)/i.test(charset) ? "utf-8" : charset;
}

function decoder(charset: string | undefined): TextDecoder | undefined {
  if (charset === undefined) return undefined;
  try {
    return new TextDecoder(charset);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // no such charset
    throw error;
  }
}
