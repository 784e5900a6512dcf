/** Marks for data: points, points with intervals, lines, legends. */

import { type Attributes, colourOf, element, escaped, text } from "./svg.js";

/** A point at (x, y). Browsers show `title` on hover. */
export const point = (x: number, y: number, attributes: Attributes, title?: string): string =>
  element(
    "circle",
    { cx: x, cy: y, ...attributes },
    title === undefined ? undefined : element("title", {}, escaped(title)),
  );

/** A straight line. */
export const line = (
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  attributes: Attributes = {},
): string => element("line", { x1, y1, x2, y2, ...attributes });

/** A point with a vertical interval, in pixels. */
export interface Interval {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly colour: string;
  /** Radius of the point. */
  readonly r: number;
  readonly title: string;
}

/** A point with a vertical interval. */
export const interval = ({ x, y, low, high, colour, r, title }: Interval): string =>
  `${line([x, low], [x, high], { stroke: colour })}${point(x, y, { r, fill: colour }, title)}`;

/** A line through points `[x, y]`, in order. */
export const polyline = (points: readonly (readonly [number, number])[], attributes: Attributes): string =>
  element("polyline", { points: points.map((at) => at.join(",")).join(" "), fill: "none", ...attributes });

/** A swatch in the colour of category `index`, with its name. (x, y) is its upper left corner. */
export const legendEntry = (x: number, y: number, index: number, name: string): string =>
  `${element("rect", { x, y, width: 10, height: 10, fill: colourOf(index) })}${text(x + 14, y + 9, name)}`;
