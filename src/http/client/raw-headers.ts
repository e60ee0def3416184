/** The headers of a reply as they came: a name, its value, the next name and so on, in Latin-1. */
export type RawHeaders = readonly Buffer[];

/** The first header of that name, in lower case; undefined if there is none. */
export function firstHeader(headers: RawHeaders, name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    const key = headers[i];
    if (key?.length === name.length && key.toString("latin1").toLowerCase() === name)
      return headers[i + 1]?.toString("latin1");
  }
  return undefined;
}

/** All headers of that name as one, as RFC 9110 has it. */
export function joinedHeaders(headers: RawHeaders, name: string): string | undefined {
  if (firstHeader(headers, name) === undefined) return undefined;
  const texts = headers.map((text) => text.toString("latin1"));
  return texts.filter((_, i) => i % 2 === 1 && texts[i - 1]?.toLowerCase() === name).join(", ");
}
