/** `metamodal evaluate`: score a model on episodes of unseen classes, beside what it should be compared with. */

import type { Evaluation, EvaluationRow, ModelCard } from "../../index.js";
import { certaintyLines, hopelessEvaluation } from "../certainty.js";
import type { Command } from "../command.js";
import { evaluateClosed } from "../evaluate-closed.js";
import { print, printJson } from "../output.js";
import { Progress } from "../progress.js";
import { counted, figure, figureInterval, interval, points, table } from "../text.js";

export const evaluate: Command = {
  name: "evaluate",
  args: ["MODEL"],
  summary: "Score a model on unseen classes or groups, with intervals and every row to compare with.",
  examples: [
    "metamodal evaluate my.model --data my-data",
    "metamodal evaluate my.model --data my-data --way 20 --shot 5 --episodes 200",
    "metamodal evaluate my.model --data other-data --across group --json",
    "metamodal evaluate my.model --data my-data --closed",
  ],

  async run({ args: [path], values, signal }) {
    if (values.closed) return evaluateClosed(path, values, signal);
    const library = await import("../../index.js");
    const { threads, device } = values;
    const model = await library.loadModel(path, { threads, device });
    const data = await library.openDataset(values.data!, { signal });
    const progress = new Progress();
    try {
      const evaluation = await library.evaluate(model, {
        data,
        split: values.split,
        way: values.way,
        shot: values.shot,
        query: values.query,
        episodes: values.episodes,
        across: values.across,
        mode: values.mode,
        seed: values.seed,
        signal,
        onProgress: (done, total, row) =>
          progress.update(() => `evaluating  ${progress.bar(done / total)}${done}/${total} episodes  ${row}`),
      });
      progress.clear();
      if (values.json) printJson({ model: path, ...evaluation, data: values.data });
      else
        print(`${protocol(evaluation)}\n\n${rowTable(evaluation)}${certaintyPart(evaluation, model.card)}`);
      const warning = evaluation.certainty && hopelessEvaluation(evaluation.certainty);
      if (warning) progress.note(warning);
    } finally {
      progress.clear();
    }
  },
};

/** What stands below the table. */
const certaintyPart = ({ certainty }: Evaluation, card: ModelCard): string =>
  certainty ? ["", ...certaintyLines(certainty, card.certainty), ""].join("\n") : "";

/** What was measured, in one line, and what was left out. */
function protocol(evaluation: Evaluation): string {
  const { data, split, task, way, shot, query, episodes, seed, mode } = evaluation;
  const { across, ineligible, unusedRows } = evaluation;
  const part = task === "regression" ? "group" : "class";
  const units = evaluation.unit === "group" ? "groups" : "classes";
  const line = [
    `${data}, split ${split}: ${task === "regression" ? "a group at a time," : `${way}-way`} ${shot}-shot`,
    `up to ${counted(query, "query", "queries")} a ${part}`,
    counted(episodes, "episode"),
    `seed ${seed}`,
    mode,
    ...(across ? [`across ${across}`] : []),
  ].join(", ");
  const few = counted(ineligible.length, `${evaluation.unit} has`, `${units} have`);
  const lacking = counted(unusedRows, "row has", "rows have");
  return [
    line,
    ...(ineligible.length > 0 ? [`${few} too few examples (listed by --json)`] : []),
    ...(unusedRows > 0 ? [`${lacking} none of the model's modalities and no part in this`] : []),
  ].join("\n");
}

/** The columns that say how well a row does, by what the labels are. */
const scoreColumns: Record<
  Evaluation["task"],
  readonly (readonly [title: string, cell: (row: EvaluationRow) => string])[]
> = {
  classification: [
    ["accuracy ± 95 %", ({ accuracy, ci95 }) => interval(accuracy!, ci95)],
    ["behind first, points", ({ behindFirst: b }) => (b ? points(b.difference, b.ci95) : "")],
  ],
  regression: [
    ["mse ± 95 %", ({ mse, ci95 }) => figureInterval(mse!, ci95)],
    ["mae", ({ mae }) => figure(mae!)],
    ["behind first", ({ behindFirst: b }) => (b ? figureInterval(b.difference, b.ci95) : "")],
  ],
};

function rowTable({ task, rows }: Evaluation): string {
  const scores = scoreColumns[task];
  const columns = [
    { title: "kind" },
    { title: "name" },
    { title: "support → query" },
    ...scores.map(([title]) => ({ title, right: true })),
    { title: "ms/episode", right: true },
  ];
  return table(
    columns,
    rows.map((row) => [
      row.kind,
      row.name,
      row.kind === "chance" ? "" : `${row.support.join("+")} → ${row.query.join("+")}`,
      ...scores.map(([, cell]) => cell(row)),
      row.kind === "chance" ? "" : row.msPerEpisode.toFixed(1),
    ]),
  );
}
