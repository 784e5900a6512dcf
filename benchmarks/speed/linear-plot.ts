/** Log-log plot (SVG) of the times of `linear.ts`: one line per quantity with its fitted exponent. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { frame, heading, horizontalTicks, type Panel, verticalTicks } from "../../src/picture/axes.js";
import { legendEntry, point, polyline } from "../../src/picture/marks.js";
import { colourOf, label, MUTED, svgDocument, text } from "../../src/picture/svg.js";
import { BASE, FACTORS, quantities, type Times } from "./linear.js";
import { root } from "./paths.js";

/** The exponent e of y = c · xᵉ, fitted by least squares of the logarithms. */
export function fitExponent(xs: readonly number[], ys: readonly number[]): number {
  const centred = (values: readonly number[]) => {
    const logs = values.map(Math.log);
    const mean = logs.reduce((a, b) => a + b) / logs.length;
    return logs.map((log) => log - mean);
  };
  const [x, y] = [centred(xs), centred(ys)];
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i], 0);
  return dot(x, y) / dot(x, x);
}

const PANEL: Panel = { left: 64, top: 40, width: 360, height: 300 };
/** Width of the legend. */
const LEGEND = 230;

/** Plot the times. `caption` describes the machine. */
export function plotTimes(times: Times, caption: string): string {
  const { left, top, width, height } = PANEL;
  const all = Object.values(times).flat();
  const [low, high] = [Math.min(...all), Math.max(...all)].map(Math.log2);
  const x = (factor: number) => left + (Math.log2(factor) / Math.log2(FACTORS.at(-1)!)) * width;
  const y = (seconds: number) =>
    Number((top + height - ((Math.log2(seconds) - low) / Math.max(high - low, 1e-9)) * height).toFixed(1));
  const milliseconds = (seconds: number) => label(1000 * seconds);
  const lines = quantities.map((quantity, i) => {
    const points = FACTORS.map((factor, k): [number, number] => [x(factor), y(times[quantity][k])]);
    const marks = FACTORS.map((factor, k) => {
      const title = `${BASE[quantity] * factor} ${quantity}: ${milliseconds(times[quantity][k])} ms`;
      return point(...points[k], { r: 3, fill: colourOf(i) }, title);
    });
    const exponent = fitExponent(FACTORS, times[quantity]).toFixed(2);
    const name = `${quantity}, from ${BASE[quantity]}: exponent ${exponent}`;
    return [
      polyline(points, { stroke: colourOf(i) }),
      ...marks,
      legendEntry(left + width + 16, top + 7 + 20 * i, i, name),
    ].join("");
  });
  const title = "Time per training step against meta-batch, inner steps, way and queries";
  const size = { width: left + width + LEGEND + 30, height: top + height + 64 };
  return svgDocument({ ...size, title }, [
    frame(PANEL),
    ...lines,
    horizontalTicks(
      PANEL,
      FACTORS.map((factor) => ({ at: x(factor), label: `× ${factor}` })),
    ),
    verticalTicks(
      PANEL,
      [Math.min(...all), Math.max(...all)].map((value) => ({ at: y(value), label: milliseconds(value) })),
    ),
    heading(PANEL, "milliseconds per step, MAML on Conv4-64"),
    text(left, top + height + 40, caption, { fill: MUTED }),
  ]);
}

/** Write the plot to `docs/linear.svg`. Returns its path. */
export async function savePlot(times: Times, caption: string): Promise<string> {
  const path = join(root, "docs/linear.svg");
  await writeFile(path, plotTimes(times, caption));
  return path;
}
