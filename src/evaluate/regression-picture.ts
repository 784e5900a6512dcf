/** What a task says of numbers as a picture (SVG): predicted against right, support hollow, queries filled. */

import type { Dataset } from "../data/index.js";
import type { Task } from "../model/task.js";
import { label } from "../picture/svg.js";

const SIDE = 320;
const MARGIN = 56;

/** Draw what `task` says of its `support` and of `queries`; both need labels. On the diagonal it is right. */
export async function scatterPicture(task: Task, support: Dataset, queries: Dataset): Promise<string> {
  const pointsOf = async (data: Dataset) =>
    (await task.predictAll(data)).map(({ value }, i) => ({ right: data.rows[i].target!, said: value! }));
  const [taught, asked] = [await pointsOf(support), await pointsOf(queries)];
  const all = [...taught, ...asked].flatMap(({ right, said }) => [right, said]);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const span = high - low || 1;
  const x = (value: number) => (MARGIN + ((value - low) / span) * SIDE).toFixed(1);
  const y = (value: number) => (MARGIN + SIDE - ((value - low) / span) * SIDE).toFixed(1);
  const dots = (points: typeof taught, look: string) =>
    points.map(({ right, said }) => `<circle cx="${x(right)}" cy="${y(said)}" r="4" ${look}/>`).join("");
  const size = SIDE + 2 * MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" font-family="system-ui, sans-serif" font-size="11" fill="#222">
<title>One episode: the numbers predicted of support and queries against the right ones</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<rect x="${MARGIN}" y="${MARGIN}" width="${SIDE}" height="${SIDE}" fill="none" stroke="#bbbbbb"/>
<line x1="${MARGIN}" y1="${MARGIN + SIDE}" x2="${MARGIN + SIDE}" y2="${MARGIN}" stroke="#bbbbbb" stroke-dasharray="4 4"/>
${dots(asked, 'fill="#4269d0" fill-opacity="0.7"')}
${dots(taught, 'fill="none" stroke="#222" stroke-width="1.5"')}
<text x="${MARGIN}" y="${MARGIN + SIDE + 16}">${label(low)}</text><text x="${MARGIN + SIDE}" y="${MARGIN + SIDE + 16}" text-anchor="end">${label(high)}</text>
<text x="${MARGIN + SIDE / 2}" y="${MARGIN + SIDE + 34}" text-anchor="middle">right</text>
<text x="${MARGIN - 14}" y="${MARGIN + SIDE / 2}" text-anchor="middle" transform="rotate(-90 ${MARGIN - 14} ${MARGIN + SIDE / 2})">predicted</text>
<text x="${MARGIN}" y="${MARGIN - 14}">○ support, ● queries</text>
</svg>
`;
}
