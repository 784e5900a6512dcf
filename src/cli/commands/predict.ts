/** `metamodal predict`: predict classes or regression targets of examples by an adapted task, or by a model trained with --closed. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ClassPrediction, Prediction } from "../../index.js";
import { unknownWarning } from "../certainty.js";
import { columnsOf } from "../columns.js";
import type { CommandWith } from "../command.js";
import { flag, repeatable, required, text } from "../option.js";
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
    "metamodal predict my.task --input new-examples",
    "metamodal predict my.task --input photo.png drawing.json --json",
    "metamodal predict closed.model --input examples.jsonl",
  ],
  options,

  async run({ args: [path, ...more], values, signal }) {
    const { loadModel, loadTask } = await import("../../model/index.js");
    const { openInputs } = await import("../inputs.js");
    const { threads, device } = values;
    const isModel = !existsSync(join(path, "task.json")) && existsSync(join(path, "model.json"));
    const task = isModel
      ? await (await loadModel(path, { threads, device })).known({ signal })
      : await loadTask(path, { threads, device });
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
    [{ title: "id" }, { title: "label" }, { title: "probability", right: true }, { title: "by" }],
    (predictions as ClassPrediction[]).map((prediction) => [
      prediction.id,
      prediction.unknown ? `${prediction.label} (unknown?)` : prediction.label,
      percent(prediction.probabilities[prediction.label]),
      by(prediction),
    ]),
  );
}
