/** `1 sample`, `2 samples`: a number of what `noun` is one of. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
