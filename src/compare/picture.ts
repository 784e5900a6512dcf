/** The picture of a comparison (SVG): score against the time to adapt to a task, one point per combination. */

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
import { interval } from "../picture/marks.js";
import { COLOURS, element, label, svgDocument, text } from "../picture/svg.js";
import type { ComparedRow, Comparison } from "./types.js";

/** Width of the column of names. */
const NAMES = 190;
/** Least height of the panel, and height per name. */
const HEIGHT = 300;
const LINE = 15;

/** Draw scores with their 95 % intervals against milliseconds on a logarithmic axis; names are in the order of the scores. */
export function comparisonPicture({ rows, task }: Comparison): string {
  const compared = rows.filter((row): row is ComparedRow => row.kind === "compared");
  const hasFusions = new Set(compared.map(({ fusion }) => fusion)).size > 1;
  const isRegression = task === "regression";
  const score = ({ accuracy, mse }: ComparedRow) => (isRegression ? mse! : 100 * accuracy!);
  const half = ({ halfWidth }: ComparedRow) => (isRegression ? halfWidth : 100 * halfWidth);
  const panel: Panel = { left: 64, top: 40, width: 420, height: Math.max(HEIGHT, compared.length * LINE) };
  const y = verticalScale(
    compared.flatMap((row) => [score(row) - half(row), score(row) + half(row)]),
    panel,
  );
  const costs = compared.map(({ adaptMs }) => adaptMs);
  const logScale = horizontalScale(costs.map(Math.log10), panel, 14);
  const x = (milliseconds: number) => logScale(Math.log10(milliseconds));
  const right = panel.left + panel.width;
  const byScore = [...compared].sort((a, b) => y(score(a)) - y(score(b)));
  const marks = byScore.map((row, i) => {
    const at = { x: x(row.adaptMs), y: y(score(row)) };
    const nameY = panel.top + (i + 0.5) * (panel.height / byScore.length);
    const name = hasFusions ? `${row.learner}, ${row.fusion}` : row.learner;
    const title = `${name}: ${label(score(row))} ± ${label(half(row))}, ${label(row.adaptMs)} ms`;
    const [low, high] = [y(score(row) - half(row)), y(score(row) + half(row))];
    return [
      element("path", { d: `M${at.x} ${at.y}L${right} ${nameY}h8`, stroke: "#dddddd", fill: "none" }),
      interval({ ...at, low, high, colour: COLOURS[0], r: 4, title }),
      text(right + 12, nameY + 4, name),
    ].join("\n");
  });
  const scores =
    compared.length === 0 ? [] : [...new Set([compared[0], compared[compared.length - 1]].map(score))];
  const measure = isRegression ? "mean squared error" : "accuracy, %";
  const title = `${isRegression ? "Mean squared error" : "Accuracy"} against the time to adapt to a task`;
  return svgDocument({ width: right + NAMES, height: panel.top + panel.height + 48, title }, [
    frame(panel),
    ...marks,
    horizontalTicks(
      panel,
      extremes(costs).map((ms) => ({ at: x(ms), label: label(ms) })),
    ),
    verticalTicks(
      panel,
      scores.map((value) => ({ at: y(value), label: label(value) })),
    ),
    horizontalLabel(panel, "milliseconds to adapt to a task"),
    heading(panel, `${measure}, with its 95 % interval`),
  ]);
}
