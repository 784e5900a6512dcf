/** Log-log plot (SVG) of the times of `linear.ts`: one line per quantity with its fitted exponent. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { COLOURS, escaped, label } from "../../src/picture/svg.js";
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

const [LEFT, TOP, WIDTH, HEIGHT, LEGEND] = [64, 40, 360, 300, 230];

/** Plot the times. `caption` describes the machine. */
export function plotTimes(times: Times, caption: string): string {
  const all = Object.values(times).flat();
  const [low, high] = [Math.min(...all), Math.max(...all)].map(Math.log2);
  const x = (factor: number) => LEFT + (Math.log2(factor) / Math.log2(FACTORS.at(-1)!)) * WIDTH;
  const y = (seconds: number) =>
    Number((TOP + HEIGHT - ((Math.log2(seconds) - low) / Math.max(high - low, 1e-9)) * HEIGHT).toFixed(1));
  const milliseconds = (seconds: number) => label(1000 * seconds);
  const lines = quantities.map((quantity, i) => {
    const points = FACTORS.map((factor, k) => `${x(factor)},${y(times[quantity][k])}`);
    const marks = FACTORS.map((factor, k) => {
      const title = `${BASE[quantity] * factor} ${quantity}: ${milliseconds(times[quantity][k])} ms`;
      return `<circle cx="${x(factor)}" cy="${y(times[quantity][k])}" r="3" fill="${COLOURS[i]}"><title>${title}</title></circle>`;
    });
    const legendY = TOP + 16 + 20 * i;
    const exponent = fitExponent(FACTORS, times[quantity]).toFixed(2);
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${COLOURS[i]}"/>${marks.join("")}
<rect x="${LEFT + WIDTH + 16}" y="${legendY - 9}" width="10" height="10" fill="${COLOURS[i]}"/><text x="${LEFT + WIDTH + 32}" y="${legendY}">${quantity}, from ${BASE[quantity]}: exponent ${exponent}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + WIDTH + LEGEND + 30}" height="${TOP + HEIGHT + 64}" font-family="system-ui, sans-serif" font-size="11" fill="#222">
<title>Time per training step against meta-batch, inner steps, way and queries</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<rect x="${LEFT}" y="${TOP}" width="${WIDTH}" height="${HEIGHT}" fill="none" stroke="#bbbbbb"/>
${lines.join("\n")}
${FACTORS.map((factor) => `<text x="${x(factor)}" y="${TOP + HEIGHT + 16}" text-anchor="middle">× ${factor}</text>`).join("")}
${[Math.min(...all), Math.max(...all)].map((seconds) => `<text x="${LEFT - 6}" y="${y(seconds) + 4}" text-anchor="end">${milliseconds(seconds)}</text>`).join("")}
<text x="${LEFT}" y="${TOP - 14}">milliseconds per step, MAML on Conv4-64</text>
<text x="${LEFT}" y="${TOP + HEIGHT + 40}" fill="#777">${escaped(caption)}</text>
</svg>
`;
}

/** Write the plot to `docs/linear.svg`. Returns its path. */
export async function savePlot(times: Times, caption: string): Promise<string> {
  const path = join(root, "docs/linear.svg");
  await writeFile(path, plotTimes(times, caption));
  return path;
}
