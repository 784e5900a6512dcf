/** `metamodal evaluate base` and `metamodal evaluate TASK`: the base model on episodes, a taught task on labelled data. */

import { InputError } from "../base/errors.js";
import type { Evaluation } from "../index.js";
import { columnsOf, splitNamed } from "./columns.js";
import { encodersOf } from "./encoder-flags.js";
import type { ValuesOf } from "./option.js";
import { print, printJson } from "./output.js";
import { Progress, printNotices } from "./progress.js";
import { protocolOf } from "./protocol.js";
import type { columns, compute, evaluatedSplit, json } from "./shared-options.js";
import { interval } from "./text.js";

/** Options that only trained models take, and those that only episodes take. */
const ofModels = ["closed", "support-modalities", "query-modalities", "mode", "attribute"] as const;
const ofEpisodes = ["encoder", "way", "shot", "query", "episodes", "across", "label-shots", "seed"] as const;

/** The options of `metamodal evaluate`. */
type Values = ValuesOf<typeof columns & typeof evaluatedSplit & typeof compute & typeof json> & {
  readonly data: string;
  readonly encoder?: readonly string[];
  readonly way?: number;
  readonly shot?: number;
  readonly query?: number;
  readonly episodes?: number;
  readonly across?: "group";
  readonly "label-shots"?: number;
  readonly seed?: number;
} & { readonly [Name in (typeof ofModels)[number]]?: unknown };

type RowTable = (evaluation: Evaluation) => string;

/** Evaluate the base model or a taught task; false if `path` is neither. */
export async function evaluateUntrained(
  path: string,
  values: Values,
  signal: AbortSignal,
  rowTable: RowTable,
): Promise<boolean> {
  const { isTaskFile } = await import("../teach/disk.js");
  if (path === "base") await evaluateBaseModel(values, signal, rowTable);
  else if (isTaskFile(path)) await evaluateTaught(path, values, signal);
  else {
    checkOptions(values, ["encoder"], "a trained model, which has its own encoders");
    return false;
  }
  return true;
}

function checkOptions(values: Values, names: readonly (keyof Values)[], what: string): void {
  const given = names.find((name) => values[name] !== undefined);
  if (given === undefined) return;
  throw new InputError({
    code: "cli/untrained-option",
    where: `--${given}`,
    problem: `it is given with ${what}`,
    expected: "options that apply to it",
    remedy: "Leave it out.",
  });
}

/** Evaluate a taught task on the labelled rows of `--data`; of `--split`, if it is given. */
async function evaluateTaught(path: string, values: Values, signal: AbortSignal): Promise<void> {
  checkOptions(
    values,
    [...ofModels, ...ofEpisodes],
    "a taught task, which is evaluated on all labelled examples",
  );
  const { openDataset } = await import("../data/index.js");
  const { evaluateTask } = await import("../teach/evaluate-task.js");
  const { loadTaughtTask } = await import("../teach/task.js");
  const { evaluationLines } = await import("./taught.js");
  const split = splitNamed(values.split);
  const task = await loadTaughtTask(path);
  const roles = columnsOf(values, values["split-column"]);
  const data = await openDataset(values.data, { ...roles, like: task.likeness, signal });
  const progress = new Progress();
  printNotices(data.notices, progress);
  try {
    const rows = split === undefined ? data.rows : data.rows.filter((row) => row.split === split);
    const evaluation = await evaluateTask(
      task,
      { ...data, rows },
      {
        signal,
        onProgress: (done, total) => progress.count("embedding", done, total, "values"),
      },
    );
    progress.clear();
    if (values.json) printJson({ task: path, ...evaluation, data: values.data });
    else print(evaluationLines(evaluation, path));
  } finally {
    progress.clear();
  }
}

/** Evaluate the base model, which is not trained. */
async function evaluateBaseModel(values: Values, signal: AbortSignal, rowTable: RowTable): Promise<void> {
  checkOptions(values, ofModels, "the base model, which is not trained");
  const { openDataset } = await import("../data/index.js");
  const { evaluateBase } = await import("../teach/evaluate.js");
  const data = await openDataset(values.data, { ...columnsOf(values, values["split-column"]), signal });
  const progress = new Progress();
  printNotices(data.notices, progress);
  try {
    const evaluation = await evaluateBase({
      data,
      split: splitNamed(values.split),
      way: values.way,
      shot: values.shot,
      query: values.query,
      episodes: values.episodes,
      across: values.across,
      encoders: encodersOf(values.encoder),
      onNotice: (notice) => printNotices([notice], progress),
      labelShots: values["label-shots"],
      seed: values.seed,
      signal,
      onProgress: (done, total, row) => progress.count("evaluating", done, total, row),
    });
    progress.clear();
    if (values.json) printJson({ model: "base", ...evaluation, data: values.data });
    else print(`${protocolOf(evaluation)}\n\n${rowTable(evaluation)}\n${baseCertainty(evaluation)}`);
  } finally {
    progress.clear();
  }
}

/** The lines on calibration and unknown classes of the base model. */
function baseCertainty({ certainty }: Evaluation): string {
  const { calibration, openSet } = certainty!;
  const share = ({ value, halfWidth }: { value: number; halfWidth: number }) => interval(value, halfWidth);
  const calibrated = `calibration  error ${share(calibration.after)}`;
  if (!openSet) return `unknown      not measured: ${certainty!.reason}\n${calibrated}`;
  const { auroc, knownAccepted, unknownRejected } = openSet;
  const area = `AUROC ${auroc.value.toFixed(3)} ± ${auroc.halfWidth.toFixed(3)}`;
  return `unknown      ${area}; accepts ${share(knownAccepted!)} of known queries, rejects ${share(unknownRejected!)} of others\n${calibrated}`;
}
