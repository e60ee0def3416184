import { type App, dashes, stateOf } from "./apps.js";
import { put } from "./dom.js";
import { ageText, countText, format } from "./format.js";
import { type Metric, metrics } from "./protocol.js";
import { Swatch } from "./swatch.js";

export interface LegendOptions {
  /** The user hides the lines of an app, or shows them again. */
  onToggle(key: string): void;
  /** The pointer or the focus is on an app; undefined: on none. */
  onFocus(key: string | undefined): void;
}

/** Returns the value of a metric to show for an app, and the greatest one beside it; undefined if there is none. */
export type ValueOf = (app: App, metric: Metric) => { last?: number | undefined; greatest?: number | undefined };

/** The table beside the charts, a row for each app. */
export class Legend {
  readonly #rows = new Map<string, Row>();
  readonly #body: HTMLElement;
  readonly #options: LegendOptions;
  #order = "";

  constructor(body: HTMLElement, options: LegendOptions) {
    this.#body = body;
    this.#options = options;
  }

  /** `now` is server time. */
  show(apps: readonly App[], value: ValueOf, now: number): void {
    for (const app of apps) this.#rowOf(app.key).show(app, value, now);
    const order = apps.map(({ key }) => key).join("\n");
    if (order === this.#order) return;
    this.#order = order;
    const keys = new Set(apps.map(({ key }) => key));
    for (const key of this.#rows.keys()) if (!keys.has(key)) this.#rows.delete(key);
    this.#body.replaceChildren(...apps.map(({ key }) => this.#rowOf(key).element));
  }

  /** Mark the row of the app with the line under the pointer; undefined: none. */
  highlight(key: string | undefined): void {
    for (const [each, { element }] of this.#rows) element.toggleAttribute("data-near", each === key);
  }

  #rowOf(key: string): Row {
    const row = this.#rows.get(key) ?? new Row(key, this.#options);
    this.#rows.set(key, row);
    return row;
  }
}

class Row {
  readonly element = document.createElement("tr");
  readonly #toggle = document.createElement("button");
  readonly #swatch = new Swatch();
  readonly #name = document.createElement("span");
  readonly #where = document.createElement("span");
  readonly #values = new Map<Metric, HTMLElement>();
  readonly #lost = document.createElement("td");
  readonly #unsent = document.createElement("td");

  constructor(key: string, { onToggle, onFocus }: LegendOptions) {
    this.#toggle.type = "button";
    this.#toggle.className = "toggle";
    this.#toggle.addEventListener("click", () => onToggle(key));
    for (const come of ["mouseenter", "focusin"]) this.element.addEventListener(come, () => onFocus(key));
    for (const go of ["mouseleave", "focusout"]) this.element.addEventListener(go, () => onFocus(undefined));
    this.#name.className = "name";
    this.#where.className = "where";
    this.#toggle.append(this.#swatch.element, this.#name, this.#where);
    const head = document.createElement("th");
    head.scope = "row";
    head.append(this.#toggle);
    this.element.append(head);
    for (const metric of metrics) this.#values.set(metric, document.createElement("td"));
    const { cpu, mem, lag, wait } = Object.fromEntries(this.#values) as Record<Metric, HTMLElement>;
    wait.className = "wait";
    this.element.append(cpu, mem, lag, this.#lost, this.#unsent, wait);
  }

  show(app: App, value: ValueOf, now: number): void {
    const { last, hidden } = app;
    const state = stateOf(app, now);
    this.element.dataset.state = state;
    this.element.toggleAttribute("data-hidden", hidden);
    this.#toggle.setAttribute("aria-pressed", String(!hidden));
    this.#toggle.title = aboutText(app);
    this.#swatch.show(last.color, dashes[app.dash] ?? []);
    put(this.#name, app.label);
    this.#showWhere(app, state, now);
    for (const [metric, cell] of this.#values) showValue(cell, value(app, metric));
    this.#showCount(this.#lost, last.lost);
    this.#showCount(this.#unsent, last.unsent);
    this.#lost.title = lossesText(app);
  }

  #showWhere({ last, label }: App, state: string, now: number): void {
    const pid = last.pid === undefined ? undefined : `pid ${last.pid}`;
    const where = [last.host, label.includes(`(${pid})`) ? undefined : pid].filter(Boolean).join(" · ");
    const alerts = state === "live" ? (last.alerts ?? []) : [];
    this.element.toggleAttribute("data-alert", alerts.length > 0);
    if (state === "live" && alerts.length === 0) {
      put(this.#where, where || "no host or pid reported");
      return;
    }
    const mark = document.createElement("span");
    mark.className = "mark";
    const down = state === "ended" ? "ended" : `stale ${ageText(now - last.at)}`;
    mark.textContent = alerts.length > 0 ? alerts.join(", ") : down;
    const rest = where ? ` · ${where}` : "";
    if (this.#where.textContent !== mark.textContent + rest) this.#where.replaceChildren(mark, rest);
  }

  #showCount(cell: HTMLElement, count: number | undefined): void {
    put(cell, count === undefined ? "–" : countText(count));
    cell.classList.toggle("some", (count ?? 0) > 0);
  }
}

/** Everything that is known of an app. */
function aboutText({ label, hidden, last }: App): string {
  const { host, pid, command, series } = last;
  const known = [host && `host ${host}`, pid && `pid ${pid}`, command, series].filter(Boolean);
  return [`${hidden ? "Show" : "Hide"} ${label}`, ...known].join("\n");
}

/** The value, and below it the greatest one of the range or the second, if that is another. */
function showValue(cell: HTMLElement, { last, greatest }: ReturnType<ValueOf>): void {
  put(cell, format(last));
  const [value, most] = [format(last), format(greatest)];
  if (greatest === undefined || most === value || !(greatest > (last ?? 0))) cell.removeAttribute("data-max");
  else cell.setAttribute("data-max", `max ${most}`); // shown by style.css, and read by screen readers
}

function lossesText({ last }: App): string {
  if (last.lost === undefined) return "This app does not number its samples, so losses cannot be seen";
  const joined = last.joined_at ? `; this server heard it from number ${last.joined_at} on` : "";
  return `${last.received} received, ${last.lost} lost${joined}`;
}
