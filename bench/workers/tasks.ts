/** What every pool is asked to do. */
export const increment = (n: number): number => n + 1;
export const echo = <T>(value: T): T => value;
