/** `metamodal predict`: predict classes or regression targets of examples by an adapted task, or by a model trained with --closed. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ClassPrediction, Prediction, TaughtPrediction } from "../../index.js";
import { unknownWarning } from "../certainty.js";
import { columnsOf } from "../columns.js";
import type { CommandWith } from "../command.js";
import { flag, repeatable, required, text, type ValuesOf } from "../option.js";
import { print, printJson } from "../output.js";
import { Progress, printNotices } from "../progress.js";
import { columns, compute, splitColumnOfModel } from "../shared-options.js";
import { percent, table } from "../text.js";

const options = {
  input: required(
    repeatable(
      text(
        "DATA|FILE…",
        "data folder, archive, folder of loose files, or files: images, sounds, texts, a .json example, .jsonl or .csv examples; - reads standard input",
      ),
    ),
  ),
  ...splitColumnOfModel,
  ...columns,
  ...compute,
  json: flag("print one JSON object per line for every example"),
};

export const predict: CommandWith<typeof options> = {
  name: "predict",
  args: ["TASK|MODEL"],
  takesMore: true,
  summary:
    "Predict classes or regression targets of examples by an adapted task, or by a model of train --closed.",
  examples: [
    "metamodal predict photos.task --input new-photos",
    "metamodal predict my.task --input new-examples",
    "metamodal predict my.task --input photo.png drawing.json --json",
    "metamodal predict closed.model --input examples.jsonl",
  ],
  options,

  async run({ args: [path, ...more], values, signal }) {
    const { loadModel, loadTask } = await import("../../model/index.js");
    const { openInputs } = await import("../inputs.js");
    const { threads, device, runtime } = values;
    const { isTaskFile } = await import("../../teach/disk.js");
    if (isTaskFile(path)) return predictTaught(path, [...values.input, ...more], values, signal);
    const isModel = !existsSync(join(path, "task.json")) && existsSync(join(path, "model.json"));
    const task = isModel
      ? await (await loadModel(path, { threads, device, runtime })).known({ signal })
      : await loadTask(path, { threads, device, runtime });
    const inputs = await openInputs([...values.input, ...more], task.model.card, {
      ...columnsOf(values, values.split),
      signal,
    });
    printNotices(inputs.flatMap(({ notices }) => notices));
    const predictions: Prediction[] = [];
    for (const input of inputs) predictions.push(...(await task.predictAll(input, { signal })));
    if (values.json) for (const prediction of predictions) printJson(prediction);
    else print(predictionTable(predictions));
    const warning = unknownWarning(task.model.card);
    if (warning) new Progress().note(warning);
  },
};

/** Predict by a taught task; predictions have the nearest taught examples. */
async function predictTaught(
  path: string,
  paths: readonly string[],
  values: ValuesOf<typeof options>,
  signal: AbortSignal,
): Promise<void> {
  const { loadTaughtTask } = await import("../../teach/task.js");
  const { openInputs } = await import("../inputs.js");
  const task = await loadTaughtTask(path);
  const inputs = await openInputs(paths, task.likeness, { ...columnsOf(values, values.split), signal });
  const progress = new Progress();
  printNotices(
    inputs.flatMap(({ notices }) => notices),
    progress,
  );
  const onProgress = (done: number, total: number) => progress.count("embedding", done, total, "values");
  try {
    const predictions: TaughtPrediction[] = [];
    for (const input of inputs) predictions.push(...(await task.predictAll(input, { signal, onProgress })));
    progress.clear();
    if (values.json) for (const prediction of predictions) printJson(prediction);
    else print(predictionTable(predictions));
  } finally {
    progress.clear();
  }
}

function predictionTable(predictions: readonly Prediction[]): string {
  const by = ({ weights }: Prediction) =>
    Object.entries(weights)
      .map(([name, weight]) => `${name} ${percent(weight)}`)
      .join(", ");
  if (predictions.some(({ value }) => value !== undefined))
    return table(
      [{ title: "id" }, { title: "value", right: true }, { title: "by" }],
      predictions.map((prediction) => [prediction.id, `${prediction.value}`, by(prediction)]),
    );
  return table(
    [
      { title: "id" },
      { title: "label" },
      { title: "probability", right: true },
      { title: "by" },
      ...(predictions.some(nearest) ? [{ title: "most like" }] : []),
    ],
    (predictions as ClassPrediction[]).map((prediction) => [
      prediction.id,
      prediction.unknown ? `${prediction.label} (unknown?)` : prediction.label,
      percent(prediction.probabilities[prediction.label]),
      by(prediction),
      ...(nearest(prediction) ?? []),
    ]),
  );
}

/** The id of the taught example that is most like the predicted one, of a taught task. */
const nearest = (prediction: Prediction | TaughtPrediction): [string] | undefined =>
  "nearest" in prediction && prediction.nearest.length > 0 ? [prediction.nearest[0].id] : undefined;
