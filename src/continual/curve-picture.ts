/** A forgetting curve as a picture (SVG): what is known of the old and of the new task over λ, one line per continual method. */

import { COLOURS, escaped, label, scale, shorten } from "../picture/svg.js";
import type { CurvePoint, ForgettingCurve } from "./curve.js";
import type { CurveScore } from "./curve-options.js";

const LEFT = 56;
const TOP = 56;
const WIDTH = 260;
const HEIGHT = 240;
const GAP = 36;
const NAMES = 120;

/**
 * Draw a forgetting curve as the text of an SVG: one panel per task, accuracy in per cent over λ, one line per method. Both
 * panels have one scale of accuracy; the values of λ are equally spaced.
 *
 * @example const svg = curvePicture(curve);
 */
export function curvePicture({ data, old, before, curves, steps, split }: ForgettingCurve): string {
  const points = curves.flatMap((curve) => curve.points);
  const lambdas = [...new Set(points.map(({ lambda }) => lambda))].sort((a, b) => a - b);
  const low = ({ accuracy, halfWidth }: CurveScore) => 100 * Math.max(0, accuracy - halfWidth);
  const high = ({ accuracy, halfWidth }: CurveScore) => 100 * Math.min(1, accuracy + halfWidth);
  const scores = [before, ...points.flatMap((point) => [point.old, point.new])];
  const ends = scores.flatMap((own) => [low(own), high(own)]);
  const y = scale(ends, TOP + HEIGHT, TOP);
  const panel = (task: "old" | "new", title: string, left: number) => {
    const inside = scale([0, lambdas.length - 1], left + 20, left + WIDTH - 20);
    const x = ({ lambda }: Pick<CurvePoint, "lambda">) => inside(lambdas.indexOf(lambda));
    const lines = curves.map((curve, i) => {
      const colour = COLOURS[i % COLOURS.length];
      const own = [...curve.points].sort((a, b) => a.lambda - b.lambda);
      const at = (point: CurvePoint) => `${x(point)} ${y(100 * point[task].accuracy)}`;
      const marks = own.map(
        (point) =>
          `<line x1="${x(point)}" x2="${x(point)}" y1="${y(low(point[task]))}" y2="${y(high(point[task]))}"/>
<circle cx="${x(point)}" cy="${y(100 * point[task].accuracy)}" r="3" fill="${colour}"><title>${escaped(curve.method)}, λ = ${label(point.lambda)}: ${label(100 * point[task].accuracy)} ± ${label(100 * point[task].halfWidth)} %</title></circle>`,
      );
      return `<g stroke="${colour}" fill="none"><path d="M${own.map(at).join("L")}"/>${marks.join("")}</g>`;
    });
    const ticks = lambdas.map(
      (lambda) =>
        `<text x="${x({ lambda })}" y="${TOP + HEIGHT + 16}" text-anchor="middle">${label(lambda)}</text>`,
    );
    return `<text x="${left}" y="${TOP - 10}">${escaped(title)}</text>
<rect x="${left}" y="${TOP}" width="${WIDTH}" height="${HEIGHT}" fill="none" stroke="#bbbbbb"/>
${lines.join("\n")}
${ticks.join("")}<text x="${left + WIDTH / 2}" y="${TOP + HEIGHT + 34}" text-anchor="middle">λ</text>`;
  };
  const right = LEFT + WIDTH + GAP;
  const level = y(100 * before.accuracy);
  const names = curves.map(
    ({ method }, i) =>
      `<text x="${right + WIDTH + 12}" y="${TOP + 12 + 18 * i}" fill="${COLOURS[i % COLOURS.length]}">● ${escaped(method)}</text>`,
  );
  const levels = [...new Set([Math.min(...ends), Math.max(...ends)])];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${right + WIDTH + NAMES}" height="${TOP + HEIGHT + 48}" font-family="system-ui, sans-serif" font-size="11" fill="#222">
<title>The forgetting curve: what is known of an old and of a new task by λ</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${LEFT}" y="20" font-size="13">accuracy, %, with its 95 % interval, after ${steps} steps, split ${split}; dashed: the old task before the new one</text>
${panel("old", `old: ${shorten(old, 36)}`, LEFT)}
${panel("new", `new: ${shorten(data, 36)}`, right)}
<line x1="${LEFT}" x2="${LEFT + WIDTH}" y1="${level}" y2="${level}" stroke="#888" stroke-dasharray="4 4"/>
${levels.map((value) => `<text x="${LEFT - 6}" y="${y(value) + 4}" text-anchor="end">${label(value)}</text>`).join("")}
${names.join("\n")}
</svg>
`;
}
