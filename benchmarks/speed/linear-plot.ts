/** The times of linear.ts as a picture (SVG): both axes logarithmic, a line a quantity, its fitted exponent beside it. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { COLOURS, escaped, label } from "../../src/picture/svg.js";
import { axes, BASE, FACTORS, type Times } from "./linear.js";
import { root } from "./paths.js";

/** The exponent e of y = c · xᵉ by least squares of the logarithms. */
export function exponentOf(xs: readonly number[], ys: readonly number[]): number {
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

/** Draw the times; `caption` says what they were measured on. */
export function linearPicture(times: Times, caption: string): string {
  const all = Object.values(times).flat();
  const [low, high] = [Math.min(...all), Math.max(...all)].map(Math.log2);
  const x = (factor: number) => LEFT + (Math.log2(factor) / Math.log2(FACTORS.at(-1)!)) * WIDTH;
  const y = (seconds: number) =>
    Number((TOP + HEIGHT - ((Math.log2(seconds) - low) / Math.max(high - low, 1e-9)) * HEIGHT).toFixed(1));
  const shown = (seconds: number) => label(1000 * seconds);
  const lines = axes.map((axis, i) => {
    const points = FACTORS.map((factor, k) => `${x(factor)},${y(times[axis][k])}`);
    const marks = FACTORS.map((factor, k) => {
      const title = `${BASE[axis] * factor} ${axis}: ${shown(times[axis][k])} ms`;
      return `<circle cx="${x(factor)}" cy="${y(times[axis][k])}" r="3" fill="${COLOURS[i]}"><title>${title}</title></circle>`;
    });
    const at = TOP + 16 + 20 * i;
    const exponent = exponentOf(FACTORS, times[axis]).toFixed(2);
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${COLOURS[i]}"/>${marks.join("")}
<rect x="${LEFT + WIDTH + 16}" y="${at - 9}" width="10" height="10" fill="${COLOURS[i]}"/><text x="${LEFT + WIDTH + 32}" y="${at}">${axis}, from ${BASE[axis]}: exponent ${exponent}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + WIDTH + LEGEND + 30}" height="${TOP + HEIGHT + 64}" font-family="system-ui, sans-serif" font-size="11" fill="#222">
<title>The time of a training step against the work that is asked for</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<rect x="${LEFT}" y="${TOP}" width="${WIDTH}" height="${HEIGHT}" fill="none" stroke="#bbbbbb"/>
${lines.join("\n")}
${FACTORS.map((factor) => `<text x="${x(factor)}" y="${TOP + HEIGHT + 16}" text-anchor="middle">× ${factor}</text>`).join("")}
${[Math.min(...all), Math.max(...all)].map((seconds) => `<text x="${LEFT - 6}" y="${y(seconds) + 4}" text-anchor="end">${shown(seconds)}</text>`).join("")}
<text x="${LEFT}" y="${TOP - 14}">milliseconds a step, MAML on Conv4-64</text>
<text x="${LEFT}" y="${TOP + HEIGHT + 40}" fill="#777">${escaped(caption)}</text>
</svg>
`;
}

/** Write docs/linear.svg; its path. */
export async function saveLinear(times: Times, caption: string): Promise<string> {
  const path = join(root, "docs/linear.svg");
  await writeFile(path, linearPicture(times, caption));
  return path;
}
