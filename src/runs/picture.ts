/** The picture of runs (SVG): a curve of each against the step. */

import {
  extremes,
  frame,
  heading,
  horizontalLabel,
  horizontalScale,
  horizontalTicks,
  type Panel,
  verticalScale,
  verticalTicks,
} from "../picture/axes.js";
import { legendEntry, polyline } from "../picture/marks.js";
import { colourOf, label, shorten, svgDocument } from "../picture/svg.js";
import type { RunCurve } from "./run-record.js";
import { thinned } from "./thinned.js";

/** A curve with the name that the legend shows. */
export interface NamedCurve extends Omit<RunCurve, "part"> {
  readonly title: string;
}

const [WIDTH, HEIGHT, TOP, LEFT, GAP, NAMES, LINE] = [420, 240, 40, 64, 76, 220, 18];

/** The names of the curves that are drawn, a panel each. */
const PANELS = ["loss", "validation"];

/** Panels side by side, of loss and of validation, each with the curves of all runs; curves of one title have one colour. */
export function runsPicture(all: readonly NamedCurve[]): string {
  const shown = all.filter(({ name }) => PANELS.includes(name));
  const titles = [...new Set(shown.map(({ title }) => title))];
  const parts = PANELS.flatMap((title, p) => {
    const curves = shown.filter(({ name }) => name === title);
    const panel: Panel = { left: LEFT + p * (WIDTH + GAP), top: TOP, width: WIDTH, height: HEIGHT };
    const drawn = curves
      .filter(({ steps }) => steps.length > 0)
      .map((curve) => ({ ...curve, ...thinned(curve) }));
    const [steps, values] = [drawn.flatMap((curve) => curve.steps), drawn.flatMap((curve) => curve.values)];
    if (steps.length === 0) return [frame(panel), heading(panel, `${title}: none yet`)];
    const [x, y] = [horizontalScale(steps, panel, 4), verticalScale(values, panel)];
    return [
      frame(panel),
      heading(panel, title),
      ...drawn.map((curve) =>
        polyline(
          curve.steps.map((step, i) => [x(step), y(curve.values[i])]),
          { stroke: colourOf(titles.indexOf(curve.title)), "stroke-width": 1.5 },
        ),
      ),
      horizontalTicks(
        panel,
        extremes(steps).map((step) => ({ at: x(step), label: label(step) })),
      ),
      verticalTicks(
        panel,
        extremes(values).map((value) => ({ at: y(value), label: label(value) })),
      ),
      horizontalLabel(panel, "step"),
    ];
  });
  const right = LEFT + PANELS.length * (WIDTH + GAP) - GAP + 16;
  const legend = titles.map((title, i) => legendEntry(right, TOP + LINE * i, i, shorten(title, 34)));
  const height = Math.max(TOP + HEIGHT + 48, TOP + LINE * titles.length + 16);
  return svgDocument({ width: right + NAMES, height, title: "Training runs: curves against the step" }, [
    ...parts,
    ...legend,
  ]);
}
