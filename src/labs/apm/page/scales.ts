import type { Metric } from "./protocol.js";

export const units: Readonly<Record<Metric, string>> = { cpu: "%", mem: "MiB", lag: "ms", wait: "ms/s" };

type Scale = (least: number, greatest: number) => [number, number];

/** From 0 up to at least 10, so that an idle app looks idle. */
const fromZero: Scale = (_least, greatest) => [0, Math.max(10, greatest * 1.08)];

/** Close to the values, so that a leak is visible, but at least 16 wide, so that noise does not look like one. */
const close: Scale = (least, greatest) => {
  const span = Math.max(greatest - least, 16);
  const middle = (least + greatest) / 2;
  const from = Math.max(0, middle - span * 0.58);
  return [from, Math.max(from + span * 1.16, greatest)];
};

/** The range of the y axis for values from `least` to `greatest`. */
export const scales: Readonly<Record<Metric, Scale>> = { cpu: fromZero, mem: close, lag: fromZero, wait: fromZero };
