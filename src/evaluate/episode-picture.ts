/**
 * An episode as a picture (SVG): a row a class with its support on the left and its queries on the right, each with
 * what was predicted, how surely, and the fusion's weights α as a bar.
 */

import { type Dataset, preview, type Row } from "../data/index.js";
import type { ModalitySpec } from "../modality/index.js";
import type { ClassPrediction, Task } from "../model/task.js";
import { COLOURS, escaped, shorten } from "../picture/svg.js";
import { scatterPicture } from "./regression-picture.js";

const CELL = 56;
const GAP = 10;
const CAPTION = 34;
const LABELS = 170;
const TOP = 58;
const RIGHT = "#3ca951";
const WRONG = "#d62728";

const text = (x: number, y: number, content: string, attributes = "") =>
  `<text x="${x}" y="${y}" ${attributes}>${escaped(content)}</text>`;

/**
 * Draw one episode as the text of an SVG: the support of each class, and its queries with predicted class, probability and
 * fusion weights α. Both data sets need labels. Regression is drawn as a scatter plot of predictions against targets.
 *
 * @throws {InputError} `model/no-known-modality` if a query has none of the model's modalities.
 * @example const svg = await episodePicture(task, supportData, queryData);
 */
export async function episodePicture(task: Task, support: Dataset, queries: Dataset): Promise<string> {
  if (task.model.card.recipe.task === "regression") return scatterPicture(task, support, queries);
  const { modalities, card } = task.model;
  const predictions = new Map(
    (await task.predictAll(queries)).map((prediction) => [prediction.id, prediction as ClassPrediction]),
  );
  const cell = CELL * modalities.length + GAP;
  const of = (rows: readonly Row[], label: string) => rows.filter((row) => row.label === label);
  const widest = (rows: readonly Row[]) => Math.max(...task.classes.map((label) => of(rows, label).length));
  const [shots, asked] = [widest(support.rows), widest(queries.rows)];
  const queriesAt = LABELS + shots * (cell + GAP) + 2 * GAP;
  const height = CELL + CAPTION + GAP;

  const parts: string[] = [];
  for (const [i, label] of task.classes.entries()) {
    const y = TOP + i * height;
    parts.push(text(GAP, y + CELL / 2 + 4, shorten(label, 22), 'font-weight="600"'));
    for (const [k, row] of of(support.rows, label).entries())
      parts.push(await example(row, card.modalities, LABELS + k * (cell + GAP), y, "#bbbbbb"));
    for (const [k, row] of of(queries.rows, label).entries()) {
      const x = queriesAt + k * (cell + GAP);
      const prediction = predictions.get(row.id)!;
      const right = prediction.label === label;
      parts.push(await example(row, card.modalities, x, y, right ? RIGHT : WRONG));
      parts.push(caption(prediction, modalities, x, y + CELL, cell - GAP, right));
    }
  }
  const width = queriesAt + asked * (cell + GAP);
  const legend = modalities
    .map((name, m) => {
      const x = width - 110 * (modalities.length - m);
      return `<rect x="${x}" y="14" width="10" height="10" fill="${COLOURS[m % COLOURS.length]}"/>${text(x + 14, 23, `α ${name}`)}`;
    })
    .join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${TOP + task.classes.length * height}" font-family="system-ui, sans-serif" font-size="11" fill="#222">
<title>One episode: the support, and what was predicted of each query</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${text(LABELS, 44, "support", 'font-size="13" fill="#777"')}${text(queriesAt, 44, "queries: predicted class, probability, α", 'font-size="13" fill="#777"')}
${legend}
${parts.join("\n")}
</svg>
`;
}

/** The modalities of one example side by side, in a frame. */
async function example(
  row: Row,
  specs: Readonly<Record<string, ModalitySpec>>,
  x: number,
  y: number,
  frame: string,
): Promise<string> {
  const drawn: string[] = [];
  for (const [m, [name, { kind }]] of Object.entries(specs).entries()) {
    const left = x + m * CELL;
    const value = row.values[name];
    if (value === undefined) drawn.push(text(left + 8, y + CELL / 2, `no ${name}`, 'fill="#aaa"'));
    else drawn.push(await preview(kind, value, { x: left, y, side: CELL }, `${row.where}, field "${name}"`));
  }
  const width = CELL * Object.keys(specs).length;
  return `<g>${drawn.join("")}<rect x="${x}" y="${y}" width="${width}" height="${CELL}" fill="none" stroke="${frame}" stroke-width="2" rx="3"/></g>`;
}

/** The predicted class with its probability, and the weights as one stacked bar. */
function caption(
  { label, probabilities, weights }: ClassPrediction,
  modalities: readonly string[],
  x: number,
  y: number,
  width: number,
  right: boolean,
): string {
  let start = x;
  const bar = modalities.map((name, m) => {
    const length = width * (weights[name] ?? 0);
    const rect = `<rect x="${start.toFixed(1)}" y="${y + 4}" width="${length.toFixed(1)}" height="6" fill="${COLOURS[m % COLOURS.length]}"/>`;
    start += length;
    return rect;
  });
  const said = `${shorten(label, 12)} ${(100 * probabilities[label]).toFixed(0)} %`;
  return `${bar.join("")}${text(x, y + 23, said, `fill="${right ? RIGHT : WRONG}" font-size="10"`)}`;
}
