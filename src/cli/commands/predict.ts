/** `metamodal predict`: predict classes or regression targets of examples by an adapted task, or by a model trained with --closed. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { unknownWarning } from "../certainty.js";
import { columnsOf } from "../columns.js";
import type { CommandWith } from "../command.js";
import { flag, repeatable, required, text, type ValuesOf, whole } from "../option.js";
import { PredictionPrinter, piecesOf } from "../predictions.js";
import { Progress, printNotices } from "../progress.js";
import { columns, compute, splitColumnOfModel } from "../shared-options.js";

const options = {
  input: required(
    repeatable(
      text(
        "DATA|FILE…",
        "data folder, archive, folder of loose files, or files: images, sounds, texts, a .json example, .jsonl or .csv examples; - reads standard input",
      ),
    ),
  ),
  top: whole(1, "the number of likeliest classes to print (default: all with --json, otherwise 1)"),
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
    "metamodal predict intents.task --input phrases.txt --top 3",
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
    const printer = new PredictionPrinter(values.json === true, values.top);
    const { transductive } = task.model.inference.definition;
    for (const input of inputs)
      for (const piece of transductive ? [input] : piecesOf(input))
        printer.add(await task.predictAll(piece, { signal }));
    printer.end();
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
  const printer = new PredictionPrinter(values.json === true, values.top);
  try {
    for (const piece of inputs.flatMap((input) => [...piecesOf(input)])) {
      const predictions = await task.predictAll(piece, { signal, onProgress });
      progress.clear();
      printer.add(predictions);
    }
    printer.end();
  } finally {
    progress.clear();
  }
}
