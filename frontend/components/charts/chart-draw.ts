// What stands behind and over the curves of a chart: the bands that limits shade, their lines and words, and the marks of alarms.
import type uPlot from "uplot";
import type { Paint } from "./chart-colors";
import { bandsOf, type Level, type Mark } from "./chart-model";

const scaled = (pixels: number) => pixels * devicePixelRatio;
const inside = (value: number, { top, height }: uPlot.BBox) => Math.min(top + height, Math.max(top, value));

/** Faint: the curve is what counts. */
export function drawBands(plot: uPlot, levels: Level[], { tint }: Paint) {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { from, to, token } of bandsOf(levels)) {
    const ends = [from, to].map((value) => {
      if (value === Number.POSITIVE_INFINITY) return bbox.top;
      if (value === Number.NEGATIVE_INFINITY) return bbox.top + bbox.height;
      return inside(plot.valToPos(value, "y", true), bbox);
    });
    const [top, bottom] = [Math.min(...ends), Math.max(...ends)];
    ctx.fillStyle = tint(token, 11);
    ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
  }
  ctx.restore();
}

function dash(plot: uPlot, color: string, from: [number, number], to: [number, number]) {
  const { ctx } = plot;
  ctx.strokeStyle = color;
  ctx.lineWidth = scaled(1);
  ctx.setLineDash([scaled(4), scaled(3)]);
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
}

/** A line at each limit with its words. What is out of sight is left out; words that would stand on others, too. */
export function drawLevels(plot: uPlot, levels: Level[], { color, font }: Paint) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = `${scaled(11)}px ${font}`;
  ctx.textAlign = "left";
  const taken: number[] = [];
  for (const { when, value, label, token } of levels) {
    const y = plot.valToPos(value, "y", true);
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    dash(plot, color(token), [bbox.left, y], [bbox.left + bbox.width, y]);
    // On the side of the limit where it is well: there is no need for colour behind it.
    const under = when === "above" ? y + scaled(13) < bbox.top + bbox.height : y - scaled(13) < bbox.top;
    const at = under ? y + scaled(7) : y - scaled(7);
    if (taken.some((other) => Math.abs(other - at) < scaled(12))) continue;
    taken.push(at);
    ctx.textBaseline = "middle";
    ctx.fillStyle = color(token);
    ctx.fillText(label, bbox.left + scaled(4), at);
  }
  ctx.restore();
}

/** A line where something happened and its word, where there is room for it; a bar along the top for how long it lasted. */
export function drawMarks(plot: uPlot, marks: Mark[], { color, font }: Paint) {
  const { ctx, bbox } = plot;
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.font = `${scaled(11)}px ${font}`;
  ctx.textBaseline = "top";
  const at = (ts: number) => plot.valToPos(ts / 1000, "x", true);
  for (const { ts, until, token } of marks) {
    if (until === undefined) continue;
    const [from, to] = [Math.max(bbox.left, at(ts)), Math.min(right, at(until))];
    if (to < from) continue;
    ctx.fillStyle = color(token);
    ctx.fillRect(from, bbox.top, Math.max(scaled(2), to - from), scaled(3));
  }
  let free = Number.NEGATIVE_INFINITY;
  for (const { ts, label, token } of marks.toSorted((a, b) => a.ts - b.ts)) {
    const x = at(ts);
    if (x < bbox.left || x > right) continue;
    dash(plot, color(token), [x, bbox.top], [x, bbox.top + bbox.height]);
    const width = ctx.measureText(label).width + scaled(8);
    const left = x + width > right ? x - width : x;
    if (left < free) continue;
    free = left + width;
    ctx.textAlign = "left";
    ctx.fillStyle = color(token);
    ctx.fillText(label, left + scaled(4), bbox.top + scaled(5));
  }
  ctx.restore();
}
