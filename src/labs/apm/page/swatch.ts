const svg = "http://www.w3.org/2000/svg";

/** A piece of an app's line, with its colour and dashes, on an edge that shows any colour. */
export class Swatch {
  readonly element = document.createElementNS(svg, "svg");
  readonly #edge = document.createElementNS(svg, "line");
  readonly #line = document.createElementNS(svg, "line");

  constructor() {
    this.element.setAttribute("class", "swatch");
    this.element.setAttribute("viewBox", "0 0 26 8");
    this.element.setAttribute("aria-hidden", "true");
    this.#edge.setAttribute("class", "edge");
    for (const line of [this.#edge, this.#line]) {
      for (const [name, value] of Object.entries({ x1: 1, x2: 25, y1: 4, y2: 4 })) line.setAttribute(name, `${value}`);
      this.element.append(line);
    }
  }

  show(color: string, dash: readonly number[]): void {
    this.#line.setAttribute("stroke", color);
    for (const line of [this.#edge, this.#line]) line.setAttribute("stroke-dasharray", dash.join(" ") || "none");
  }
}
