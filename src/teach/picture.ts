/** The picture of a task's report (SVG): the accuracy of each class and modality with its interval. */

import { badArgument } from "../base/given.js";
import { element, FRAME, MUTED, shorten, svgDocument, text } from "../picture/svg.js";
import type { Share } from "./report.js";
import { TaughtTask } from "./task.js";

const LABELS = 190;
const BAR = 300;
const ROW = 24;
const TOP = 64;
const MARGIN = 14;
const FILL = "#4c78a8";

/**
 * Draw the report of a task as the text of an SVG: the accuracy of all examples, of each modality alone and of each class,
 * with 95 % intervals.
 *
 * @example
 * const task = await teach([{ label: "ox-eye", image: photo }, { label: "poppy", image: another }]);
 * const svg = reportPicture(task, "Flowers");
 */
export function reportPicture(task: TaughtTask, title: string): string {
  if (!(task instanceof TaughtTask)) throw badArgument("reportPicture, task", task, "a taught task");
  const { report, classes, examples } = task;
  const bars: (readonly [name: string, share: Share])[] = [
    ...(report?.accuracy ? [["all", report.accuracy] as const] : []),
    ...Object.entries(report?.modalities ?? {}).map(([name, share]) => [`${name} alone`, share] as const),
    ...Object.entries(report?.classes ?? {}),
  ];
  const heading = report?.accuracy
    ? `accuracy by ${report.method}, with 95 % intervals`
    : (report?.reason ?? "a task of numbers has no accuracy");
  const width = LABELS + BAR + 140;
  return svgDocument(
    { width, height: TOP + Math.max(1, bars.length) * ROW + MARGIN, title: `Report of ${title}` },
    [
      text(MARGIN, 24, `${title}: ${classes.length} classes from ${examples.length} examples`, {
        "font-size": 14,
      }),
      text(MARGIN, 44, heading, { fill: MUTED }),
      ...bars.map(([name, share], i) => bar(name, share, TOP + i * ROW)),
    ],
  );
}

function bar(name: string, { accuracy, interval: [low, high], correct, count }: Share, y: number): string {
  const middle = y + ROW / 2 - 3;
  const x = (value: number) => LABELS + BAR * value;
  return [
    text(MARGIN, middle + 4, shorten(name, 26), { "font-weight": 600 }),
    element("rect", { x: LABELS, y: y + 3, width: BAR, height: ROW - 12, fill: "none", stroke: FRAME }),
    element("rect", { x: LABELS, y: y + 3, width: BAR * accuracy, height: ROW - 12, fill: FILL }),
    element("path", { d: `M${x(low)} ${middle}H${x(high)}`, stroke: "#222", "stroke-width": 1.5 }),
    text(LABELS + BAR + 10, middle + 4, `${(100 * accuracy).toFixed(1)} %  ${correct} of ${count}`, {}),
  ].join("");
}
