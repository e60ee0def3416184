import type { ServerClock } from "./server-clock.js";
import type { Lines } from "./timeline.js";

/** Lines by the clock of this machine. Where the wall clock has jumped, they break, and the gap is as wide as the jump. */
export function localLines({ seconds, lines, bands }: Lines, clock: ServerClock): Lines {
  const times = seconds.map((second) => clock.toLocal(second));
  const breaks = times.flatMap((time, i) => (i > 0 && time - (times[i - 1] ?? time) > 1.5 ? [i] : []));
  if (breaks.length === 0) return { seconds: times, lines, bands };
  const split = <T>(cells: ArrayLike<T>, gap: (i: number) => T) =>
    Array.from(cells).flatMap((cell, i) => (breaks.includes(i) ? [gap(i), cell] : [cell]));
  const nan = (cells: Float64Array) => Float64Array.from(split(cells, () => Number.NaN));
  return {
    seconds: split(times, (i) => (times[i] ?? 0) - 0.5),
    lines: lines.map((line) => split(line, () => null)),
    bands: bands.map(({ least, greatest }) => ({ least: nan(least), greatest: nan(greatest) })),
  };
}
