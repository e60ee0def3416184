import { put } from "./dom.js";
import type { Mark } from "./protocol.js";
import { clockText } from "./server-clock.js";

/** Marks on the page. Beyond it, the oldest leave. */
const mostMarks = 100;

/** The events, the last first: each mark of the charts in words, with its time. */
export class MarksList {
  readonly all: Mark[] = [];
  readonly #list: HTMLElement;
  #shown = "";

  constructor(list: HTMLElement) {
    this.#list = list;
  }

  /** Take a mark, unless it is known. */
  add(mark: Mark): void {
    if (this.all.some(({ at, series, text }) => at === mark.at && series === mark.series && text === mark.text)) return;
    this.all.push(mark);
    if (this.all.length > mostMarks) this.all.shift();
  }

  clear(): void {
    this.all.length = 0;
  }

  /** `toLocal` gives the time of this machine. */
  show(toLocal: (time: number) => number): void {
    const lines = this.all.map((mark) => `${clockText(toLocal(mark.at))} ${mark.name} ${mark.text}`);
    if (this.#shown === lines.join("\n")) return;
    this.#shown = lines.join("\n");
    this.#list.replaceChildren(...this.all.map((mark) => itemOf(mark, clockText(toLocal(mark.at)))).reverse());
  }
}

function itemOf({ kind, name, text, color }: Mark, moment: string): HTMLElement {
  const item = document.createElement("li");
  item.dataset.kind = kind;
  const [time, owner] = [document.createElement("time"), document.createElement("b")];
  put(time, moment);
  put(owner, name);
  owner.style.setProperty("border-color", color);
  item.append(time, owner, text);
  return item;
}
