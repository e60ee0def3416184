const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Parse `250ms`, `1s`, `1.5s`, `2m` or `1h` into milliseconds. A bare number is milliseconds. Undefined for other text. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const ms = Number(digits) * unitMs[(unit ?? "ms") as keyof typeof unitMs];
  return Number.isFinite(ms) ? ms : undefined;
}

/** Format milliseconds as `3.2 ms`, `45 ms`, `1.00 s` or `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${ms.toFixed(0)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
}
