/** Messages that arrived on one socket, and those that are missing by their numbers. */
export interface SequenceReport {
  /** All messages, also those that are no whole number. */
  received: number;
  /** The first and the last whole number; null if there was none. */
  first: number | null;
  last: number | null;
  /** Skipped ranges, and the numbers in them. */
  gaps: number;
  missing: number;
  /** How often the number went down or stayed: the sender began anew. */
  restarts: number;
  /** Position of the first 0 among the messages, from 1; null if there was none. */
  firstZero: number | null;
}

/** Follows the whole numbers of one socket. Any other message only counts as received. */
export class Sequence {
  readonly report: SequenceReport = {
    received: 0,
    first: null,
    last: null,
    gaps: 0,
    missing: 0,
    restarts: 0,
    firstZero: null,
  };

  add(frame: Buffer | undefined): void {
    const { report } = this;
    report.received++;
    const number = frame && wholeNumberIn(frame);
    if (number === undefined) return;
    if (number === 0) report.firstZero ??= report.received;
    report.first ??= number;
    if (report.last !== null && number <= report.last) report.restarts++;
    else if (report.last !== null && number > report.last + 1) {
      report.gaps++;
      report.missing += number - report.last - 1;
    }
    report.last = number;
  }
}

const space = 0x20;
const zero = 0x30;

/** The whole number, 0 or more, if it is the entire JSON text. By hand, because it runs for every message. */
function wholeNumberIn(frame: Buffer): number | undefined {
  let end = frame.length;
  while (end > 0 && (frame[end - 1] ?? 0) <= space) end--;
  let start = 0;
  while (start < end && (frame[start] ?? 0) <= space) start++;
  if (start === end || end - start > 15) return undefined; // a longer number may not be exact
  let number = 0;
  for (let i = start; i < end; i++) {
    const digit = (frame[i] ?? 0) - zero;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number;
}
