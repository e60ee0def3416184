/** Draws a wider line in the colour of the text behind a line. So yellow is visible on white, and black on black. */
export class Outlines {
  readonly #paths = new Map<number, uPlot.Series.Paths>();

  /** Wrap a path builder, for lines with an outline. */
  remember(build: uPlot.Series.PathBuilder): uPlot.Series.PathBuilder {
    return (plot, series, from, to) => {
      const paths = build(plot, series, from, to);
      if (paths) this.#paths.set(series, paths);
      else this.#paths.delete(series);
      return paths;
    };
  }

  /** Call it once the line itself is drawn. The outline goes behind everything that is there. */
  draw({ ctx, bbox }: uPlot, series: number, color: string, lineWidth: number): void {
    const paths = this.#paths.get(series);
    if (!paths?.stroke) return;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    if (paths.clip) ctx.clip(paths.clip);
    ctx.globalCompositeOperation = "destination-over";
    ctx.globalAlpha *= 0.6;
    ctx.strokeStyle = color;
    ctx.lineJoin = "round";
    ctx.lineWidth = (lineWidth + 2) * devicePixelRatio;
    ctx.stroke(paths.stroke as Path2D);
    ctx.restore();
  }
}
