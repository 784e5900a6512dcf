/** The picture of a forgetting curve (SVG): accuracy on the old and on the new task against λ, one line per continual method. */

import { badArgument } from "../base/given.js";
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
import { interval, line } from "../picture/marks.js";
import { colourOf, element, label, shorten, svgDocument, text } from "../picture/svg.js";
import type { CurvePoint, ForgettingCurve } from "./curve.js";
import type { CurveScore } from "./curve-options.js";

/** The panels of the old and of the new task; they share the vertical axis. */
const OLD: Panel = { left: 56, top: 56, width: 260, height: 240 };
const NEW: Panel = { ...OLD, left: OLD.left + OLD.width + 36 };
/** Width of the column of names. */
const NAMES = 120;

/** Ends of the 95 % interval, in per cent. */
const low = ({ accuracy, halfWidth }: CurveScore) => 100 * Math.max(0, accuracy - halfWidth);
const high = ({ accuracy, halfWidth }: CurveScore) => 100 * Math.min(1, accuracy + halfWidth);

/**
 * Draw a forgetting curve as the text of an SVG: one panel per task, accuracy in per cent over λ, one line per method. Both
 * panels have one scale of accuracy; the values of λ are equally spaced.
 *
 * @example const svg = curvePicture(curve);
 */
export function curvePicture(curve: ForgettingCurve): string {
  if (!Array.isArray(curve?.curves)) throw badArgument("curvePicture", curve, "what forgettingCurve returns");
  const { data, old, before, curves, steps, split } = curve;
  const points = curves.flatMap((curve) => curve.points);
  const lambdas = [...new Set(points.map(({ lambda }) => lambda))].sort((a, b) => a - b);
  const scores = [before, ...points.flatMap((each) => [each.old, each.new])];
  const ends = scores.flatMap((score) => [low(score), high(score)]);
  const y = verticalScale(ends, OLD);

  const draw = (task: "old" | "new", title: string, panel: Panel): string => {
    const xOfIndex = horizontalScale([0, lambdas.length - 1], panel, 20);
    const x = (lambda: number) => xOfIndex(lambdas.indexOf(lambda));
    const lines = curves.map(({ method, points }, i) => {
      const colour = colourOf(i);
      const sorted = [...points].sort((a, b) => a.lambda - b.lambda);
      const at = (each: CurvePoint) => `${x(each.lambda)} ${y(100 * each[task].accuracy)}`;
      const path = element("path", { d: `M${sorted.map(at).join("L")}`, stroke: colour, fill: "none" });
      const marks = sorted.map(({ lambda, [task]: score }) => {
        const [accuracy, half] = [100 * score.accuracy, 100 * score.halfWidth];
        const title = `${method}, λ = ${label(lambda)}: ${label(accuracy)} ± ${label(half)} %`;
        return interval({
          x: x(lambda),
          y: y(accuracy),
          low: y(low(score)),
          high: y(high(score)),
          colour,
          r: 3.5,
          title,
        });
      });
      return `${path}${marks.join("\n")}`;
    });
    return [
      heading(panel, title, 10),
      frame(panel),
      ...lines,
      horizontalTicks(
        panel,
        lambdas.map((lambda) => ({ at: x(lambda), label: label(lambda) })),
      ),
      horizontalLabel(panel, "λ"),
    ].join("\n");
  };

  const right = NEW.left + NEW.width;
  const level = y(100 * before.accuracy);
  const caption = `accuracy, %, with its 95 % interval, after ${steps} steps, split ${split}; dashed: the old task before the new one`;
  const title = "Forgetting curve: accuracy on an old and on a new task against the loss weight λ";
  return svgDocument({ width: right + NAMES, height: OLD.top + OLD.height + 48, title }, [
    text(OLD.left, 20, caption, { "font-size": 13 }),
    draw("old", `old: ${shorten(old, 36)}`, OLD),
    draw("new", `new: ${shorten(data, 36)}`, NEW),
    line([OLD.left, level], [OLD.left + OLD.width, level], { stroke: "#888", "stroke-dasharray": "4 4" }),
    verticalTicks(
      OLD,
      extremes(ends).map((value) => ({ at: y(value), label: label(value) })),
    ),
    ...curves.map(({ method }, i) =>
      text(right + 12, OLD.top + 12 + 18 * i, `● ${method}`, { fill: colourOf(i) }),
    ),
  ]);
}
