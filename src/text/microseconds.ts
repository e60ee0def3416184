/** Format microseconds as `0.09 µs`, `8.1 µs`, `250 µs`, `1.5 ms` or `120 ms`. */
export function formatMicroseconds(us: number): string {
  if (us < 1) return `${us.toFixed(2)} µs`;
  if (us < 1000) return `${us < 10 ? us.toFixed(1) : us.toFixed(0)} µs`;
  return `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)} ms`;
}
