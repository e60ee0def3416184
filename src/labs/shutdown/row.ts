import type { RowName } from "./names.js";
import type { Start } from "./programs/start.js";
import type { Program, ProgramEnd } from "./run-program.js";

/** The ends of one program, by the way it was started. Only rows that end after main have `exit`. */
export type EndsByStart = Record<Start, ProgramEnd>;

/** A program, the ways to start it, and a claim about its ends. */
export interface Row extends Program {
  name: RowName;
  title: string;
  starts: readonly Start[];
  claim: string;
  measured(ends: EndsByStart): string;
  holds(ends: EndsByStart): boolean;
}

export function hasRun(end: ProgramEnd, ...parts: readonly string[]): boolean {
  return parts.every((name) => end.ran.includes(name));
}

export function wasCancelled(end: ProgramEnd, ...parts: readonly string[]): boolean {
  return parts.every((name) => end.cancelled.includes(name));
}

export function wasLost(end: ProgramEnd, ...parts: readonly string[]): boolean {
  return parts.every((name) => end.lost.includes(name));
}

/** For a part that begins after main is done, or after the signal: it can only take longer. */
export function tookAtLeast({ ms }: ProgramEnd, least: number): boolean {
  return ms !== null && ms >= least;
}

/** Its time and its code for a measurement: `312 ms, code 0`, or `4 ms, SIGINT` if that ended it. */
export function told({ ms, exitCode, signal }: ProgramEnd): string {
  return `${ms === null ? "no end" : `${ms.toFixed(0)} ms`}, ${signal ?? `code ${exitCode}`}`;
}

/** The fate of a part: `ran`, `was cancelled` or `was lost`. */
export function fate(end: ProgramEnd, part: string): string {
  if (end.ran.includes(part)) return "ran";
  return end.cancelled.includes(part) ? "was cancelled" : "was lost";
}
