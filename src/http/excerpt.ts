const longest = 80;

/** The beginning of a body for an error message: at most 80 bytes, on one line, every control character escaped. */
export function excerpt(body: Buffer): string {
  const text = JSON.stringify(body.subarray(0, longest).toString("utf8"));
  return body.length > longest ? `${text}…` : text;
}
