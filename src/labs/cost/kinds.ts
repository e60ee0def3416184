import type { Usage } from "./usage.js";

export const kindNames = ["task", "connection", "os-thread", "thread", "process"] as const;
export type Kind = (typeof kindNames)[number];

/** Memory of one: the heap after a collection, or the resident or proportional memory of its processes. */
export type Basis = "heap" | "rss" | "pss";

export interface KindSpec {
  kind: Kind;
  program: URL;
  basis: Basis;
  /** The first step of the ramp. */
  first: number;
  /** Below this number the cost of one is too rough for a finding. */
  fewest: number;
  /** Memory of one before any is measured, in bytes: higher than it will be. */
  guessBytes: number;
  /** Other resources of one, before any is measured. */
  guess: Partial<Usage>;
  /** The time for the ramp, in milliseconds. */
  budgetMs: number;
  /** The most that can stand, with the name of that limit. */
  most?: { value: number; name: string };
  /** A child can only make all at once: each step is a child of its own. */
  allAtOnce?: true;
}

const KiB = 1024;
const MiB = 1024 * KiB;

/** The kinds, from the cheapest to the dearest. */
export const kindSpecs: readonly KindSpec[] = [
  {
    kind: "task",
    program: new URL("./programs/task.js", import.meta.url),
    basis: "heap",
    first: 1000,
    fewest: 100,
    guessBytes: 8 * KiB,
    guess: {},
    budgetMs: Number.POSITIVE_INFINITY, // all of them always run, if there is memory
  },
  {
    kind: "connection",
    program: new URL("./programs/connection.js", import.meta.url),
    basis: "rss",
    first: 100,
    fewest: 500,
    guessBytes: 64 * KiB,
    guess: { files: 1 },
    budgetMs: 2000,
  },
  {
    kind: "os-thread",
    program: new URL("./programs/os-thread.cjs", import.meta.url),
    basis: "rss",
    first: 16,
    fewest: 64,
    guessBytes: 64 * KiB,
    guess: { threads: 1, userThreads: 1, addressSpace: 8 * KiB, maps: 2 },
    budgetMs: 1500,
    most: { value: 1024, name: "libuv's pool" },
    allAtOnce: true,
  },
  {
    kind: "thread",
    program: new URL("./programs/thread.js", import.meta.url),
    basis: "rss",
    first: 1,
    fewest: 10,
    guessBytes: 16 * MiB,
    guess: { threads: 1, userThreads: 1, addressSpace: 512 * KiB, maps: 33, files: 4 },
    budgetMs: 3000,
  },
  {
    kind: "process",
    program: new URL("./programs/process.js", import.meta.url),
    basis: "pss",
    first: 1,
    fewest: 10,
    guessBytes: 48 * MiB,
    guess: { threads: 11, userThreads: 11, files: 1 },
    budgetMs: 4000,
  },
];
