/** `1,234`, and from a million on `1.2M`, so that the column stays narrow. */
export function countText(count: number): string {
  return count.toLocaleString("en", count < 1e6 ? {} : { notation: "compact" });
}

/** One decimal below 1,000, none above. */
export function format(value: number | undefined): string {
  if (value === undefined) return "–";
  return value >= 1000 ? Math.round(value).toLocaleString("en") : value.toFixed(1);
}

/** `12 s` or `3 min`. */
export function ageText(seconds: number): string {
  return seconds < 100 ? `${Math.floor(seconds)} s` : `${Math.floor(seconds / 60)} min`;
}
