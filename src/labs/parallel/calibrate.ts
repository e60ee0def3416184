import { ThreadPool } from "../../concurrency/index.js";
import { checksum, sharedNumbers } from "./arithmetic.js";
import { callsUrl, submitted, warmUp } from "./warm-up.js";
import type * as calls from "./worker-calls.js";

/** The state of the machine beside the measured work. */
export interface Calibration {
  /** The time of a small piece of the arithmetic, in milliseconds. It grows while others use the CPU or its clock is slow. */
  pieceMs: number;
  /** How many CPUs busy threads were given. Other programs and quotas lower it. */
  freeCpus: number;
}

export type Calibrate = (cpus: number, signal: AbortSignal) => Promise<Calibration>;

const pieceSize = 65_536;
const pieces = 3; // the quickest counts
const spinMs = 120; // longer than the 100 ms in which Linux accounts for a quota of CPU time

/** Measure the machine with threads that only spin, one for each of `cpus`. Cancellation: rejects with `signal.reason`. */
export const calibrate: Calibrate = async (cpus, signal) => {
  const pieceMs = Math.min(...Array.from({ length: pieces }, timeOfPiece));
  await using pool = new ThreadPool<typeof calls>(callsUrl, { maxWorkers: cpus });
  await warmUp(pool, cpus, signal);
  const before = process.cpuUsage();
  const start = performance.now();
  const spins = Array.from(
    { length: cpus },
    () => (own: AbortSignal) => pool.submit("spin", [spinMs], { signal: own }),
  );
  await submitted(spins, signal);
  const { user, system } = process.cpuUsage(before);
  return { pieceMs, freeCpus: (user + system) / 1000 / (performance.now() - start) };
};

function timeOfPiece(): number {
  const numbers = sharedNumbers(pieceSize);
  const start = performance.now();
  checksum(numbers, { from: 0, to: pieceSize });
  return performance.now() - start;
}
