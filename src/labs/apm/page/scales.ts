import type { Metric } from "../page-protocol.js";

export const units: Readonly<Record<Metric, string>> = { cpu: "%", mem: "MiB", lag: "ms" };

type Scale = (least: number, greatest: number) => [number, number];

/** From 0, and far enough up that an idle app is seen to be idle. */
const fromZero: Scale = (_least, greatest) => [0, Math.max(10, greatest * 1.08)];

/** As close as the values are, for a leak to be seen, but not so close that noise looks like one. */
const close: Scale = (least, greatest) => {
  const span = Math.max(greatest - least, 16);
  const middle = (least + greatest) / 2;
  const from = Math.max(0, middle - span * 0.58);
  return [from, Math.max(from + span * 1.16, greatest)];
};

/** What the y axis shows of values from `least` to `greatest`. */
export const scales: Readonly<Record<Metric, Scale>> = { cpu: fromZero, mem: close, lag: fromZero };
