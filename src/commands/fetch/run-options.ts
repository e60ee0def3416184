import { saveBodies } from "../../labs/fetch/save-bodies.js";
import { affordable, type FetchOptions } from "../../labs/fetch.js";
import type { CommandContext } from "../kit/command-definition.js";
import { UsageError } from "../kit/usage-error.js";
import type { Threshold } from "./threshold.js";
import { openList, type UrlList } from "./url-list.js";

/** The options of `lab fetch` as they were typed; durations in milliseconds, sizes in bytes. */
export interface FetchCommandOptions {
  url: string[];
  file?: string;
  concurrency: number;
  perHost?: number;
  rate?: number;
  timeout: number;
  maxTime?: number;
  retries: number;
  maxBody: number;
  request?: string;
  header?: [name: string, value: string][];
  data?: string;
  output?: string;
  save?: string;
  ordered?: boolean;
  repeat: number;
  warmup: number;
  sweep?: number[];
  sweepTime: number;
  failIf?: Threshold[];
}

/** What was typed, as what the lab is asked for. Rejects with UsageError for what does not go together. */
export async function toRunOptions(
  typed: FetchCommandOptions,
  { signal, out }: CommandContext,
): Promise<{ options: FetchOptions; list: UrlList }> {
  checkTogether(typed);
  const { concurrency: wanted, perHost, rate, timeout, maxTime, retries, maxBody, repeat, warmup } = typed;
  const list = await openList(typed, signal);
  const concurrency = affordable(wanted);
  if (concurrency < wanted) {
    out.note(`At most ${concurrency} requests at a time instead of ${wanted}: more connections than files may be open`);
  }
  const options: FetchOptions = {
    list: list.lines,
    concurrency,
    perHost,
    rate,
    timeoutMs: timeout,
    maxTimeMs: maxTime,
    retries,
    maxBody,
    request: toRequest(typed),
    ordered: typed.ordered ?? false,
    repeat,
    warmup,
    save: typed.save === undefined ? undefined : await folder(typed.save),
  };
  return { options, list };
}

function checkTogether({ url, file, repeat, warmup, sweep, ...typed }: FetchCommandOptions): void {
  if (url.length === 0 && file === undefined) {
    throw new UsageError("expected URLs, or a list of them by --file (- is stdin)");
  }
  if (file === "-" && (repeat > 1 || warmup > 0 || sweep)) {
    throw new UsageError("--file - can be read once: --repeat, --warmup and --sweep need URLs or a file");
  }
  const alone = ["rate", "save", "output", "ordered", "failIf", "maxTime"] as const;
  const besides = sweep && alone.find((name) => typed[name] !== undefined);
  if (besides)
    throw new UsageError(
      `--sweep does not go together with --${besides.replace(/[A-Z]/, (c) => `-${c.toLowerCase()}`)}`,
    );
}

/** Repeated headers become one, as RFC 9110 has it; a body without a type is a form, as curl has it. */
function toRequest({ request, header = [], data }: FetchCommandOptions): FetchOptions["request"] {
  const headers = new Map([
    ["user-agent", "asyncio-lab"],
    ["accept", "*/*"],
  ]);
  if (data !== undefined) headers.set("content-type", "application/x-www-form-urlencoded");
  const typed = new Set<string>();
  for (const [name, value] of header) {
    headers.set(name, typed.has(name) ? `${headers.get(name)}, ${value}` : value);
    typed.add(name);
  }
  return { method: request ?? (data === undefined ? "GET" : "POST"), headers: Object.fromEntries(headers), body: data };
}

async function folder(path: string): ReturnType<typeof saveBodies> {
  try {
    return await saveBodies(path);
  } catch (error) {
    throw new UsageError(`--save must be a folder that can be written to: ${(error as Error).message}`);
  }
}
