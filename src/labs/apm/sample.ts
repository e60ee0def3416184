/**
 * What an app reports each interval, one JSON frame over ZeroMQ. The first four are all it takes to be charted; a series
 * is known by `id` if there is one, else by `color`.
 */
export interface Sample {
  /** A CSS colour name, `#rgb` or `#rrggbb`. */
  color: string;
  /** When it was taken: ISO 8601, UTC, by the clock of the app. */
  timestamp: string;
  /** Percent of one core since the last sample; of several cores it may exceed 100. */
  cpu: number;
  /** Resident memory in MiB. */
  mem: number;
  /** Of this life of the app: another start has another. */
  id?: string;
  /** 0, 1, 2, … of what was sent within one life, so that a gap is a loss. */
  seq?: number;
  /** Samples that were taken while nobody listened, so far; they have no `seq`. In all, `seq` + 1 + `unsent` were taken. */
  unsent?: number;
  name?: string;
  pid?: number;
  host?: string;
  /** The longest event-loop delay since the last sample, in milliseconds. */
  lag?: number;
  /** Used JavaScript heap in MiB. */
  heap?: number;
  /** Milliseconds of garbage collection since the last sample. */
  gc?: number;
  /** How many processes the figures are summed over. */
  processes?: number;
  /** The last sample of this life. */
  closing?: boolean;
}
