/** The picture of a regression episode (SVG): predictions against targets, of support and queries. */

import type { Dataset } from "../data/index.js";
import type { Task } from "../model/task.js";
import {
  frame,
  heading,
  horizontalLabel,
  horizontalScale,
  type Panel,
  verticalLabel,
  verticalScale,
} from "../picture/axes.js";
import { line, point } from "../picture/marks.js";
import { type Attributes, COLOURS, FRAME, label, svgDocument, text } from "../picture/svg.js";

const MARGIN = 56;
const PANEL: Panel = { left: MARGIN, top: MARGIN, width: 320, height: 320 };

interface Pair {
  readonly target: number;
  readonly predicted: number;
}

/** Draw the predictions of `task` for its `support` (hollow) and for `queries` (filled). The rows of both need targets. */
export async function scatterPicture(task: Task, support: Dataset, queries: Dataset): Promise<string> {
  const pairsOf = async (data: Dataset): Promise<Pair[]> =>
    (await task.predictAll(data)).map(({ value }, i) => ({
      target: data.rows[i].target!,
      predicted: value!,
    }));
  const [supportPairs, queryPairs] = [await pairsOf(support), await pairsOf(queries)];
  const all = [...supportPairs, ...queryPairs].flatMap(({ target, predicted }) => [target, predicted]);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  // One scale for both axes; a range of one value is mapped to the lower left corner.
  const ends = [low, high > low ? high : low + 1];
  const [x, y] = [horizontalScale(ends, PANEL), verticalScale(ends, PANEL)];
  const points = (pairs: readonly Pair[], attributes: Attributes) =>
    pairs.map(({ target, predicted }) => point(x(target), y(predicted), { r: 4, ...attributes })).join("");
  const { left, top, width, height } = PANEL;
  const [right, bottom] = [left + width, top + height];
  const title = "One regression episode: predictions against targets, of support and queries";
  return svgDocument({ width: right + MARGIN, height: bottom + MARGIN, title }, [
    frame(PANEL),
    line([left, bottom], [right, top], { stroke: FRAME, "stroke-dasharray": "4 4" }),
    points(queryPairs, { fill: COLOURS[0], "fill-opacity": 0.7 }),
    points(supportPairs, { fill: "none", stroke: "#222", "stroke-width": 1.5 }),
    text(left, bottom + 16, label(low)) + text(right, bottom + 16, label(high), { "text-anchor": "end" }),
    horizontalLabel(PANEL, "target"),
    verticalLabel(PANEL, "predicted"),
    heading(PANEL, "○ support, ● queries"),
  ]);
}
