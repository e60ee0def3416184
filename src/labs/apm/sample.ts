/**
 * The report of an app for one interval: one JSON frame over ZeroMQ. The first four fields are enough to be charted. A
 * series is known by `id`, or by `color` without one.
 */
export interface Sample {
  /** A CSS colour name, `#rgb` or `#rrggbb`. */
  color: string;
  /** Time of the measurement by the clock of the app: ISO 8601, UTC. */
  timestamp: string;
  /** Percent of one core since the last sample; several cores may exceed 100. */
  cpu: number;
  /** Resident memory in MiB. */
  mem: number;
  /** This life of the app: each start has another one. */
  id?: string;
  /** 0, 1, 2, … of the samples sent in one life: a gap is a loss. */
  seq?: number;
  /** Samples taken so far while nobody listened; they have no `seq`. In all, `seq` + 1 + `unsent` were taken. */
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
  /** Number of processes that the values are summed over. */
  processes?: number;
  /** Milliseconds between two samples, as planned. An app is stale after three of them. */
  interval?: number;
  /** Milliseconds that `cpu` was measured over. Below 100, `cpu` is noise and is not charted. */
  span?: number;
  /** The greatest resident memory since the last sample, in MiB. */
  mem_peak?: number;
  /** Milliseconds per second that its main threads were ready to run and waited for a processor. */
  wait?: number;
  /** CPU time in seconds since the start of this life. */
  cpu_seconds?: number;
  /** In the closing sample of a command: its exit code, and the signal that ended it. */
  exit_code?: number;
  exit_signal?: string;
  /** The program and its arguments, cut to 160 characters. Values that look like secrets are hidden. */
  command?: string;
  /** Nobody chose `color`: the server may hand out one that no other app has. */
  default_color?: boolean;
  /** The last sample of this life. */
  closing?: boolean;
}
