/**
 * The picture of an episode (SVG): one row per class, with support examples on the left and queries on the right. Each query has
 * its predicted class and probability, and the fusion weights α as a bar.
 */

import { badArgument } from "../base/given.js";
import { checkDataset, type Dataset, framedExample } from "../data/index.js";
import { type ClassPrediction, Task } from "../model/task.js";
import { legendEntry } from "../picture/marks.js";
import {
  CORRECT,
  colourOf,
  element,
  FRAME,
  MUTED,
  shorten,
  svgDocument,
  text,
  WRONG,
} from "../picture/svg.js";
import { scatterPicture } from "./regression-picture.js";

/** Side of a modality's cell. */
const CELL = 56;
const GAP = 10;
/** Height of a query's caption. */
const CAPTION = 34;
/** Width of the column of class names. */
const LABELS = 170;
const TOP = 58;
const LEGEND_ENTRY = 110;

/**
 * Draw one episode as the text of an SVG: the support of each class, and its queries with predicted class, probability and
 * fusion weights α. Both data sets need labels. Regression is drawn as a scatter plot of predictions against targets.
 *
 * @throws {InputError} `model/no-known-modality` if a query has none of the model's modalities.
 * @example const svg = await episodePicture(task, supportData, queryData);
 */
export async function episodePicture(task: Task, support: Dataset, queries: Dataset): Promise<string> {
  if (!(task instanceof Task))
    throw badArgument("episodePicture, task", task, "a task of model.adapt or loadTask");
  checkDataset(support, "episodePicture, support");
  checkDataset(queries, "episodePicture, queries");
  if (task.model.card.recipe.task === "regression") return scatterPicture(task, support, queries);
  const { modalities, card } = task.model;
  const predictions = new Map(
    (await task.predictAll(queries)).map((prediction) => [prediction.id, prediction as ClassPrediction]),
  );
  const cell = CELL * modalities.length + GAP;
  const rowsOf = ({ rows }: Dataset, label: string) => rows.filter((row) => row.label === label);
  const widest = (data: Dataset) => Math.max(...task.classes.map((label) => rowsOf(data, label).length));
  const queriesX = LABELS + widest(support) * (cell + GAP) + 2 * GAP;
  const height = CELL + CAPTION + GAP;

  const parts: string[] = [];
  for (const [i, label] of task.classes.entries()) {
    const y = TOP + i * height;
    parts.push(text(GAP, y + CELL / 2 + 4, shorten(label, 22), { "font-weight": 600 }));
    for (const [k, row] of rowsOf(support, label).entries())
      parts.push(
        await framedExample(row, card.modalities, { x: LABELS + k * (cell + GAP), y, side: CELL }, FRAME),
      );
    for (const [k, row] of rowsOf(queries, label).entries()) {
      const x = queriesX + k * (cell + GAP);
      const prediction = predictions.get(row.id)!;
      const colour = prediction.label === label ? CORRECT : WRONG;
      parts.push(await framedExample(row, card.modalities, { x, y, side: CELL }, colour));
      parts.push(caption(prediction, modalities, x, y + CELL, cell - GAP, colour));
    }
  }
  const width = queriesX + widest(queries) * (cell + GAP);
  const legendX = width - LEGEND_ENTRY * modalities.length;
  const heading = { "font-size": 13, fill: MUTED };
  const title = "One episode: the support, and the prediction for each query";
  return svgDocument({ width, height: TOP + task.classes.length * height, title }, [
    text(LABELS, 44, "support", heading),
    text(queriesX, 44, "queries: predicted class, probability, α", heading),
    ...modalities.map((name, m) => legendEntry(legendX + m * LEGEND_ENTRY, 14, m, `α ${name}`)),
    ...parts,
  ]);
}

/** The predicted class with its probability, and the fusion weights as one stacked bar. */
function caption(
  { label, probabilities, weights }: ClassPrediction,
  modalities: readonly string[],
  x: number,
  y: number,
  width: number,
  colour: string,
): string {
  let start = x;
  const bar = modalities.map((name, m) => {
    const length = width * (weights[name] ?? 0);
    const segment = { x: start.toFixed(1), y: y + 4, width: length.toFixed(1), height: 6, fill: colourOf(m) };
    start += length;
    return element("rect", segment);
  });
  const prediction = `${shorten(label, 12)} ${(100 * probabilities[label]).toFixed(0)} %`;
  return `${bar.join("")}${text(x, y + 23, prediction, { fill: colour, "font-size": 10 })}`;
}
