/** The label beside the pointer in a chart: a moment and a value. */
export class Tip {
  readonly element = document.createElement("div");

  constructor() {
    this.element.className = "tip";
    this.element.hidden = true;
  }

  hide(): void {
    this.element.hidden = true;
  }

  /** Show it beside the pointer at `left` and `top`, within a chart of `width` pixels. */
  show(moment: string, text: string, { left, top, width }: { left: number; top: number; width: number }): void {
    const small = document.createElement("small");
    small.textContent = moment;
    this.element.replaceChildren(small, text);
    const isRight = left > width / 2;
    this.element.style.left = isRight ? "auto" : `${left + 12}px`;
    this.element.style.right = isRight ? `${width - left + 12}px` : "auto";
    this.element.style.top = `${Math.max(0, top - 30)}px`;
    this.element.hidden = false;
  }
}
