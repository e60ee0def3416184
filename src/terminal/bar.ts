const narrowest = 5;

/** How wide bars are that may take up `room` characters: `widest` at most, and 0 where there is no room for any worth the name. */
export function barWidth(widest: number, room: number): number {
  return room < narrowest ? 0 : Math.min(widest, room);
}

/** A bar for `share`, from 0 to 1, of `width`. */
export function bar(share: number, width: number): string {
  return "█".repeat(Math.round(share * width));
}
