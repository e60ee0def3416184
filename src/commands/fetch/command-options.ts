import type { Threshold } from "./threshold.js";
import type { TypedHeader } from "./values.js";

/** The options of `lab fetch` as typed. Durations are in milliseconds, sizes in bytes. */
export interface FetchCommandOptions {
  url: string[];
  file?: string;
  concurrency?: number;
  perHost?: number;
  rate?: number;
  timeout: number;
  maxTime?: number;
  retries?: number;
  maxWait?: number;
  maxBody: number;
  request?: string;
  header?: TypedHeader[];
  data?: string;
  output?: string;
  save?: string;
  ordered?: boolean;
  repeat?: number;
  warmup?: number;
  sweep?: number[];
  sweepTime?: number;
  failIf?: Threshold[];
}

/** Defaults that commander does not fill in, so that an option is undefined unless it was typed. */
export const defaults = {
  concurrency: 64,
  retries: 2,
  maxWait: 60_000,
  repeat: 1,
  warmup: 0,
  sweepTimeMs: 1000,
} as const;
