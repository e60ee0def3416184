const iso = /^\d{4}-\d\d(?:-\d\d)?(?:[T ]\d\d:\d\d[\d:.,]*)?/;
const rfc822 = /^(?:[A-Za-z]{3,9},?\s+)?\d{1,2}\s+[A-Za-z]{3,9}\.?\s+\d{2,4}/;
const zone = /(?:Z|[+-]\d\d:?\d\d|\b[A-Z]{2,4})$/i;

/**
 * The date of a story in ISO 8601 and UTC, from ISO 8601 or RFC 822. Without a zone it counts as UTC. Undefined for
 * anything else: Date.parse() alone takes `Chapter 5` for a day in May.
 */
export function isoDate(text: string | undefined): string | undefined {
  const date = text?.trim().slice(0, 64) ?? "";
  const isIso = iso.test(date);
  if (!isIso && !rfc822.test(date)) return undefined;
  const hasTime = date.includes(":");
  const withZone = !hasTime || zone.test(date) ? date : `${date}${isIso ? "Z" : " GMT"}`;
  const ms = Date.parse(hasTime || isIso ? withZone : `${date} GMT`);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
