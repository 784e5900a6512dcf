/** A comparison as a picture (SVG): how well each combination does against what adapting to a task costs. */

import { escaped, label, scale } from "../picture/svg.js";
import type { ComparedRow, Comparison } from "./types.js";

const LEFT = 64;
const TOP = 40;
const WIDTH = 420;
const NAMES = 190;
/** Least height, and what each name takes. */
const HEIGHT = 300;
const LINE = 15;

/** Scores with their intervals, over milliseconds to adapt on a logarithmic axis; names in the order of the scores. */
export function comparisonPicture({ rows, task }: Comparison): string {
  const compared = rows.filter((row): row is ComparedRow => row.kind === "compared");
  const several = new Set(compared.map(({ fusion }) => fusion)).size > 1;
  const isRegression = task === "regression";
  const score = ({ accuracy, mse }: ComparedRow) => (isRegression ? mse! : 100 * accuracy!);
  const half = ({ halfWidth }: ComparedRow) => (isRegression ? halfWidth : 100 * halfWidth);
  const height = Math.max(HEIGHT, compared.length * LINE);
  const y = scale(
    compared.flatMap((row) => [score(row) - half(row), score(row) + half(row)]),
    TOP + height,
    TOP,
  );
  const x = scale(
    compared.map(({ adaptMs }) => Math.log10(adaptMs)),
    LEFT + 14,
    LEFT + WIDTH - 14,
  );
  const named = [...compared].sort((a, b) => y(score(a)) - y(score(b)));
  const marks = named.map((row, i) => {
    const [cx, cy, at] = [
      x(Math.log10(row.adaptMs)),
      y(score(row)),
      TOP + (i + 0.5) * (height / named.length),
    ];
    const name = several ? `${row.learner}, ${row.fusion}` : row.learner;
    return `<path d="M${cx} ${cy}L${LEFT + WIDTH} ${at}h8" stroke="#dddddd" fill="none"/>
<line x1="${cx}" x2="${cx}" y1="${y(score(row) - half(row))}" y2="${y(score(row) + half(row))}" stroke="#4269d0"/>
<circle cx="${cx}" cy="${cy}" r="4" fill="#4269d0"><title>${escaped(name)}: ${label(score(row))} ± ${label(half(row))}, ${label(row.adaptMs)} ms</title></circle>
<text x="${LEFT + WIDTH + 12}" y="${at + 4}">${escaped(name)}</text>`;
  });
  const costs = compared.map(({ adaptMs }) => adaptMs);
  const ticks = compared.length === 0 ? [] : [...new Set([Math.min(...costs), Math.max(...costs)])];
  const levels = compared.length === 0 ? [] : [...new Set([score(compared[0]), score(compared.at(-1)!)])];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + WIDTH + NAMES}" height="${TOP + height + 48}" font-family="system-ui, sans-serif" font-size="11" fill="#222">
<title>${isRegression ? "Mean squared error" : "Accuracy"} against the time to adapt to a task</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<rect x="${LEFT}" y="${TOP}" width="${WIDTH}" height="${height}" fill="none" stroke="#bbbbbb"/>
${marks.join("\n")}
${ticks.map((ms) => `<text x="${x(Math.log10(ms))}" y="${TOP + height + 16}" text-anchor="middle">${label(ms)}</text>`).join("")}
${levels.map((level) => `<text x="${LEFT - 6}" y="${y(level) + 4}" text-anchor="end">${label(level)}</text>`).join("")}
<text x="${LEFT + WIDTH / 2}" y="${TOP + height + 34}" text-anchor="middle">milliseconds to adapt to a task</text>
<text x="${LEFT}" y="${TOP - 14}">${isRegression ? "mean squared error" : "accuracy, %"}, with its 95 % interval</text>
</svg>
`;
}
