/** Scales and axes: the panel that data are drawn in, ticks, and axis labels. */

import { element, FRAME, text } from "./svg.js";

/** The rectangle that data are drawn in. */
export interface Panel {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A map of data to pixels, with one decimal. */
export type Scale = (value: number) => number;

/** A linear scale of the range of `values` onto `from`…`to`. A range of one value is mapped to the middle. */
export function scale(values: readonly number[], from: number, to: number): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return (value) =>
    Number((high > low ? from + ((value - low) / (high - low)) * (to - from) : (from + to) / 2).toFixed(1));
}

/** A linear scale of the range of `values` onto the height of a panel, upwards. */
export const verticalScale = (values: readonly number[], { top, height }: Panel): Scale =>
  scale(values, top + height, top);

/** A linear scale of the range of `values` onto the width of a panel, `padding` pixels inside. */
export const horizontalScale = (values: readonly number[], { left, width }: Panel, padding = 0): Scale =>
  scale(values, left + padding, left + width - padding);

/** Least and greatest of `values`, once if they are equal; none of none. */
export const extremes = (values: readonly number[]): number[] =>
  values.length === 0 ? [] : [...new Set([Math.min(...values), Math.max(...values)])];

/** The frame of a panel. */
export const frame = ({ left: x, top: y, width, height }: Panel): string =>
  element("rect", { x, y, width, height, fill: "none", stroke: FRAME });

/** A tick: its position in pixels, and its label. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Tick labels below a panel. */
export const horizontalTicks = ({ top, height }: Panel, ticks: readonly Tick[]): string =>
  ticks.map((tick) => text(tick.at, top + height + 16, tick.label, { "text-anchor": "middle" })).join("");

/** Tick labels to the left of a panel. */
export const verticalTicks = ({ left }: Panel, ticks: readonly Tick[]): string =>
  ticks.map((tick) => text(left - 6, tick.at + 4, tick.label, { "text-anchor": "end" })).join("");

/** The label of the horizontal axis. */
export const horizontalLabel = ({ left, top, width, height }: Panel, content: string): string =>
  text(left + width / 2, top + height + 34, content, { "text-anchor": "middle" });

/** The label of the vertical axis, turned by 90°. */
export function verticalLabel({ left, top, height }: Panel, content: string): string {
  const [x, y] = [left - 14, top + height / 2];
  return text(x, y, content, { "text-anchor": "middle", transform: `rotate(-90 ${x} ${y})` });
}

/** The heading of a panel, `above` pixels above it. */
export const heading = ({ left, top }: Panel, content: string, above = 14): string =>
  text(left, top - above, content);
