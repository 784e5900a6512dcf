/** `metamodal evaluate --closed`: score a model of supervised training on held-out rows of its train classes. */

import { InputError } from "../base/errors.js";
import type { ClosedEvaluation } from "../index.js";
import { splitNamed } from "./columns.js";
import { openEvaluated } from "./evaluated.js";
import type { ValuesOf } from "./option.js";
import { print, printJson } from "./output.js";
import { Progress, printNotices } from "./progress.js";
import type { columns, compute, evaluatedSplit, json } from "./shared-options.js";
import { counted, interval, lines, points, table } from "./text.js";

/** Options of episodes, which closed-set evaluation does not draw. */
const episodic = ["way", "shot", "query", "episodes", "across", "mode", "seed"] as const;

/** Options of `metamodal evaluate` that closed-set evaluation uses, and those that it refuses. */
type ClosedValues = ValuesOf<typeof columns & typeof evaluatedSplit & typeof compute & typeof json> & {
  readonly data: string;
} & { readonly [Name in (typeof episodic)[number]]?: unknown };

/** Evaluate the model at `path` and print the evaluation. */
export async function evaluateClosed(path: string, values: ClosedValues, signal: AbortSignal): Promise<void> {
  const given = episodic.find((name) => values[name] !== undefined);
  if (given)
    throw new InputError({
      code: "cli/closed-episodes",
      where: `--${given} and --closed`,
      problem: "both are given, and closed evaluation draws no episodes",
      expected: "one of them",
      remedy: "Leave one out.",
    });
  const library = await import("../index.js");
  const split = splitNamed(values.split);
  const { model, data } = await openEvaluated(path, values, signal);
  const progress = new Progress();
  printNotices(data.notices, progress);
  try {
    const evaluation = await library.evaluateClosed(model, {
      data,
      split,
      signal,
      onProgress: (done, total, row) => progress.count("evaluating", done, total, `examples  ${row}`),
    });
    progress.clear();
    if (values.json) printJson({ model: path, ...evaluation, data: values.data });
    else print(`${closedProtocol(evaluation)}\n\n${closedTable(evaluation)}${fewRows(evaluation)}`);
  } finally {
    progress.clear();
  }
}

function closedProtocol({ data, split, way, examples, ineligible, unusedRows }: ClosedEvaluation): string {
  const unknown = counted(ineligible.length, "class was", "classes were");
  const lacking = counted(unusedRows, "row has", "rows have");
  return lines([
    `${data}, split ${split}, closed: ${counted(examples, "held-out row")} of ${way} train classes`,
    ...(ineligible.length > 0 ? [`${unknown} not trained on (listed by --json)`] : []),
    ...(unusedRows > 0 ? [`${lacking} none of the model's modalities and are not used`] : []),
  ]);
}

/** Number of examples up to which both ends of the interval, which is not symmetric, are printed. */
const FEW_ROWS = 100;

function fewRows({ examples, rows: [{ interval: ends }] }: ClosedEvaluation): string {
  if (examples > FEW_ROWS || !ends) return "";
  const [low, high] = ends.map((end) => (100 * end).toFixed(1));
  return `\n${counted(examples, "row")}: the first accuracy's 95 % interval is ${low} to ${high} %\n`;
}

function closedTable({ rows }: ClosedEvaluation): string {
  const number = (title: string) => ({ title, right: true });
  return table(
    [
      { title: "kind" },
      { title: "name" },
      number("accuracy ± 95 %"),
      number("behind first, points"),
      number("ms/example"),
    ],
    rows.map(({ kind, name, accuracy, halfWidth, behindFirst: b, msPerExample }) => [
      kind,
      name,
      interval(accuracy, halfWidth),
      b ? points(b.difference, b.halfWidth) : "",
      kind === "chance" ? "" : msPerExample.toFixed(2),
    ]),
  );
}
