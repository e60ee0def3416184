const iso = /^\d{4}-\d\d(?:-\d\d)?(?:[T ]\d\d:\d\d[\d:.,]*)?/;
const rfc822 = /^(?:[A-Za-z]{3,9},?\s+)?\d{1,2}\s+[A-Za-z]{3,9}\.?\s+\d{2,4}/;
const zone = /(?:Z|[+-]\d\d:?\d\d|\b(?!AM$|PM$)[A-Z]{2,4})$/i;

/** Names of zones that Date.parse() does not know: it has those of America only. */
const european: Readonly<Record<string, string>> = {
  WET: "+0000",
  WEST: "+0100",
  BST: "+0100",
  CET: "+0100",
  MET: "+0100",
  CEST: "+0200",
  MEST: "+0200",
  EET: "+0200",
  EEST: "+0300",
  MSK: "+0300",
};

/**
 * The date of a story in ISO 8601 and UTC, from ISO 8601 or RFC 822. Without a zone it counts as UTC. Undefined for
 * anything else: Date.parse() alone takes `Chapter 5` for a day in May.
 */
export function isoDate(text: string | undefined): string | undefined {
  const date = withOffset(text?.trim().slice(0, 64) ?? "");
  const isIso = iso.test(date);
  if (!isIso && !rfc822.test(date)) return undefined;
  const hasTime = date.includes(":");
  const withZone = !hasTime || zone.test(date) ? date : `${date}${isIso ? "Z" : " GMT"}`;
  const ms = Date.parse(hasTime || isIso ? withZone : `${date} GMT`);
  return Number.isNaN(ms) || !hasItsDay(date) ? undefined : new Date(ms).toISOString();
}

/** With the offset of a European zone in place of its name, and without a space before an offset of ISO 8601. */
function withOffset(date: string): string {
  const named = date.replace(/\b[A-Z]{3,4}$/i, (name) => european[name.toUpperCase()] ?? name);
  return iso.test(named) ? named.replace(/ (?=[+-]\d\d:?\d\d$|Z$)/, "").replace(/([+-]\d\d)(\d\d)$/, "$1:$2") : named;
}

/** Whether the month has that day: Date.parse() takes 31 February for 3 March. */
function hasItsDay(date: string): boolean {
  const [, day = "1", month = "", year = ""] =
    /^(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})\s+([A-Za-z]{3})[A-Za-z]*\.?\s+(\d{2,4})/.exec(date) ?? [];
  if (month === "") return true; // ISO 8601, which Date.parse() checks
  const first = new Date(Date.parse(`1 ${month} ${year} GMT`));
  return Number(day) <= new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
}
