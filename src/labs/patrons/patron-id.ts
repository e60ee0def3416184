const largest = 2n ** 63n - 1n;

/**
 * The id in a path, as the decimal text that PostgreSQL returns for it: `007` is `7`. `none`: no bigint has that value,
 * so there is no such patron. Undefined: it is no whole number.
 */
export function parsePatronId(text: string): string | "none" | undefined {
  const [, minus = "", digits = ""] = /^(-?)0*(\d+)$/.exec(text) ?? [];
  if (digits === "") return undefined;
  if (digits.length > 19) return "none";
  const id = BigInt(`${minus}${digits}`);
  return id > largest || id < -largest - 1n ? "none" : String(id);
}
