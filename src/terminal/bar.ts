const narrowest = 5;

/** The width of bars that have `room` characters: at most `widest`, and 0 if there is room for fewer than 5. */
export function barWidth(widest: number, room: number): number {
  return room < narrowest ? 0 : Math.min(widest, room);
}

/** A bar for a share from 0 to 1. The full bar has `width` characters. */
export function bar(share: number, width: number): string {
  return "█".repeat(Math.round(share * width));
}
