import type { App } from "../apps.js";
import { byId } from "../dom.js";
import type { Metric } from "../protocol.js";

/** A chart needs an app that reports its metric. Only a program itself knows its lag, so a missing one is explained. */
export function showCharts(all: readonly App[]): void {
  const reported = (metric: Metric) => all.some(({ reports }) => reports.has(metric));
  byId("wait-chart").hidden = !reported("wait");
  byId("charts").toggleAttribute("data-four", reported("wait"));
  byId("legend").toggleAttribute("data-wait", reported("wait"));
  byId("lag").hidden = !reported("lag");
  byId("no-lag").hidden = reported("lag");
}
