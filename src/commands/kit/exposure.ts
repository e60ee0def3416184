import { isLoopback } from "../../net/loopback.js";
import type { Endpoint } from "../../zeromq/endpoint.js";
import { UsageError } from "./usage-error.js";

interface Protection {
  /** The safeguards of this command by name, undefined if not in use. Default: the command has none. */
  safeguards?: Readonly<Partial<Record<"--curve <keyfile>" | "a token in LAB_TOKEN", unknown>>>;
  /** Whether `--insecure` was typed. */
  insecure: boolean | undefined;
}

/**
 * The rule of exposure: a server binds to loopback, unless a safeguard or `--insecure` is in use. `addresses` are hosts or
 * endpoints by their flags: `{ "--host": "0.0.0.0" }`. Throws UsageError for the first one that other machines can reach.
 */
export function checkExposure(
  addresses: Readonly<Record<string, string | Endpoint>>,
  { safeguards = {}, insecure }: Protection,
): void {
  if (insecure || Object.values(safeguards).some((value) => value !== undefined)) return;
  for (const [flag, at] of Object.entries(addresses)) {
    const { address, local } = typeof at === "string" ? { address: at, local: isLoopback(at) } : at;
    if (local) continue;
    const ways = [...Object.keys(safeguards), "--insecure"].join(", or ");
    throw new UsageError(`${flag} ${address} lets other machines in: add ${ways} if you mean it`);
  }
}
