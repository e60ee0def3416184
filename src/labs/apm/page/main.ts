import { animate } from "./animation.js";
import { type App, Apps } from "./apps.js";
import { Chart } from "./charts/chart.js";
import { showCharts } from "./charts/show-charts.js";
import { listenToControls } from "./controls.js";
import { byId, put } from "./dom.js";
import { keepFeedOpen } from "./feed-reader.js";
import { format } from "./format.js";
import { Legend, type ValueOf } from "./legend.js";
import { localLines } from "./local-lines.js";
import { MarksList } from "./marks-list.js";
import { Past } from "./past.js";
import { charted, defaultCollect, extremesOf, type Hello, metrics } from "./protocol.js";
import { scales, units } from "./scales.js";
import { clockText, ServerClock } from "./server-clock.js";
import { showConnection, showLoss, showNotice, showRejected, showSilence } from "./status.js";
import { currentTheme, onThemeChange } from "./theme.js";
import { Timeline } from "./timeline.js";
import { View } from "./view.js";

const clock = new ServerClock();
const apps = new Apps();
const timeline = new Timeline();
const view = new View();
let theme = currentTheme();
/** The moment under the pointer, in server time. */
let pointedAt: number | undefined;
/** Time of the last message of the server, by performance.now(). */
let heardAt = 0;
let serverStart: number | undefined;

const charts = metrics.map(
  (metric) =>
    new Chart({
      metric,
      element: byId(metric),
      range: scales[metric],
      format: (value) => `${format(value)} ${units[metric]}`,
      onTime: (time) => {
        pointedAt = time === undefined ? undefined : Math.round(clock.fromLocal(time));
      },
      onNear: (key) => legend.highlight(key),
    }),
);

const legend = new Legend(byId("rows"), {
  onToggle(key) {
    apps.toggle(key);
    focus(key);
    draw();
  },
  onFocus: focus,
});

/** Let the lines of one app stand out, unless they are hidden. */
function focus(key: string | undefined): void {
  const seen = apps.all.find((app) => app.key === key && !app.hidden);
  for (const chart of charts) chart.focus(seen?.key);
}

const marks = new MarksList(byId("marks"));

function draw(): void {
  const now = view.timeOf(clock.now);
  for (const key of apps.forgetOld(now)) timeline.delete(key);
  const { all } = apps;
  byId("empty").hidden = all.length > 0;
  for (const id of ["charts", "legend"]) byId(id).hidden = all.length === 0;
  showSilence(heardAt);
  if (all.length === 0) return;
  showCharts(all);
  const end = view.at(now)[1];
  const to = clock.toLocal(end);
  const start = clock.fromLocal(to - view.seconds);
  const keys = all.map(({ key }) => key);
  for (const chart of charts) {
    const lines = localLines(timeline.view(keys, chart.metric, start, end), clock);
    chart.marks = marks.all.map((mark) => ({ ...mark, at: clock.toLocal(mark.at) }));
    chart.draw(all, lines, [to - view.seconds, to], theme);
  }
  if (!view.paused) marks.show((time) => clock.toLocal(time));
  byId("happened").hidden = marks.all.length === 0;
  showLegend(all, now, [start, end]);
}

function showLegend(all: readonly App[], now: number, [from, to]: [number, number]): void {
  const at = pointedAt;
  const past: ValueOf = ({ key }, metric) => (at === undefined ? {} : (timeline.readingAt(key, metric, at) ?? {}));
  const present: ValueOf = ({ key, last }, metric) => ({
    last: charted(last)[metric],
    greatest: timeline.greatest(key, metric, from, to),
  });
  legend.show(all, at === undefined ? present : past, now);
  put(byId("count"), all.length === 1 ? "1 app" : `${all.length} apps`);
  byId("when").toggleAttribute("data-past", at !== undefined);
  put(byId("when"), at === undefined ? "last values" : `at ${clockText(clock.toLocal(at))}`);
}

const past = new Past(({ now, jumps, series }) => {
  if (view.paused) return false; // it is asked for again after the pause
  clock.atLeast(now);
  clock.jumps = jumps;
  for (const { points, ...last } of series) {
    apps.update(last);
    timeline.fill(last.series, points);
  }
  return true;
});

function connected({ now, jumps, collect, started }: Hello): void {
  if (serverStart !== undefined && serverStart !== started)
    marks.add({ at: now, kind: "back", text: "restarted", series: "", name: "server", color: "gray" });
  serverStart = started;
  const isBehind = now < clock.now - 2; // a new server with a clock behind: known samples would lie in its future
  if (isBehind && view.paused) {
    goOn();
    showControls();
  }
  if (isBehind) forgetAll();
  if (!view.paused) past.refill(clock.now - (performance.now() - heardAt) / 1000, now);
  clock.set(now);
  clock.jumps = jumps;
  heardAt = performance.now();
  showConnection("live", "Live");
  showNotice("");
  put(byId("collect"), collect);
  put(byId("connect"), collect === defaultCollect ? "" : ` --connect ${collect}`);
}

function forgetAll(): void {
  apps.clear();
  timeline.clear();
  marks.clear();
  past.clear();
}

keepFeedOpen({
  hello: connected,
  sample(sample) {
    heardAt = performance.now();
    clock.atLeast(sample.at);
    if (view.paused) return; // the history fills the gap
    apps.update(sample);
    timeline.add(sample.series, sample.at, charted(sample), { ...extremesOf(sample), ...sample.between });
  },
  beat({ now, jumps }) {
    heardAt = performance.now();
    clock.atLeast(now);
    clock.jumps = jumps;
  },
  rejected: showRejected,
  mark: (mark) => marks.add(mark),
  lost: showLoss,
});

/** End a pause, and fill the gap from the history. */
function goOn(): void {
  const since = view.timeOf(clock.now);
  view.goOn();
  past.refill(since, clock.now);
}

const showControls = listenToControls(view, {
  pause: () => view.pause(clock.now),
  goOn,
  changed: draw,
});

onThemeChange(() => {
  theme = currentTheme();
  draw();
});

animate(draw, () => (view.seconds / Math.max(1, charts[0]?.width ?? 1)) * 500); // half a pixel
