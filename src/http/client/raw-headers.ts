/** The headers of a reply as received, in Latin-1: a name, its value, the next name and so on. */
export type RawHeaders = readonly Buffer[];

/** Value of the first header `name`; undefined if there is none. `name` is in lower case. */
export function firstHeader(headers: RawHeaders, name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    const key = headers[i];
    if (key?.length === name.length && key.toString("latin1").toLowerCase() === name)
      return headers[i + 1]?.toString("latin1");
  }
  return undefined;
}

/** Values of all headers `name`, joined by commas (RFC 9110, 5.3); undefined if there is none. */
export function joinedHeaders(headers: RawHeaders, name: string): string | undefined {
  if (firstHeader(headers, name) === undefined) return undefined;
  const texts = headers.map((text) => text.toString("latin1"));
  return texts.filter((_, i) => i % 2 === 1 && texts[i - 1]?.toLowerCase() === name).join(", ");
}
