const unitBytes = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** Parse `10MiB`, `1.5KiB` or `100B` into bytes. A bare number is bytes. Undefined for other text. */
export function parseSize(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB)?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const bytes = Math.round(Number(digits) * unitBytes[(unit ?? "B") as keyof typeof unitBytes]);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Format bytes as `512 B`, `1.5 KiB` or `20 MiB`. */
export function formatSize(bytes: number): string {
  const unit = bytes < 2 ** 10 ? "B" : bytes < 2 ** 20 ? "KiB" : bytes < 2 ** 30 ? "MiB" : "GiB";
  const value = bytes / unitBytes[unit];
  return `${value < 10 && unit !== "B" ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
