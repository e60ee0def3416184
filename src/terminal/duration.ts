const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `250ms`, `1s`, `1.5s`, `2m`, `1h` in milliseconds; a bare number is milliseconds. undefined if it is none of these. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const ms = Number(digits) * unitMs[(unit ?? "ms") as keyof typeof unitMs];
  return Number.isFinite(ms) ? ms : undefined;
}
