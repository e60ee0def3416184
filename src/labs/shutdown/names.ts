/** The names of all rows, in the order of the output. */
export const rowNames = [
  "all-done",
  "waits",
  "cleans-up",
  "swallows",
  "spawns",
  "pool-wait",
  "pool-cancel-futures",
  "pool-force",
  "first-ctrl-c",
  "second-ctrl-c",
  "sigterm",
] as const;

export type RowName = (typeof rowNames)[number];
