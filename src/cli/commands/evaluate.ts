/** `metamodal evaluate`: score a model on episodes of unseen classes, beside what it should be compared with. */

import type { Evaluation, EvaluationRow } from "../../index.js";
import type { Command } from "../command.js";
import { print, printJson } from "../output.js";
import { Progress } from "../progress.js";
import { counted, interval, points, table } from "../text.js";

export const evaluate: Command = {
  name: "evaluate",
  args: ["MODEL"],
  summary: "Score a model on unseen classes, with intervals and every row to compare with.",
  examples: [
    "metamodal evaluate my.model --data my-data",
    "metamodal evaluate my.model --data my-data --way 20 --shot 5 --episodes 200",
    "metamodal evaluate my.model --data other-data --across group --json",
  ],

  async run({ args: [path], values, signal }) {
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
      else print(`${protocol(evaluation)}\n\n${rowTable(evaluation.rows)}`);
    } finally {
      progress.clear();
    }
  },
};

/** What was measured, in one line, and what was left out. */
function protocol(evaluation: Evaluation): string {
  const { data, split, way, shot, query, episodes, seed, mode, across, ineligible, unusedRows } = evaluation;
  const line = [
    `${data}, split ${split}: ${way}-way ${shot}-shot`,
    `up to ${counted(query, "query", "queries")} a class`,
    counted(episodes, "episode"),
    `seed ${seed}`,
    mode,
    ...(across ? [`across ${across}`] : []),
  ].join(", ");
  const few = counted(ineligible.length, "class has", "classes have");
  const lacking = counted(unusedRows, "row has", "rows have");
  return [
    line,
    ...(ineligible.length > 0 ? [`${few} too few examples (listed by --json)`] : []),
    ...(unusedRows > 0 ? [`${lacking} none of the model's modalities and no part in this`] : []),
  ].join("\n");
}

function rowTable(rows: readonly EvaluationRow[]): string {
  const columns = [
    { title: "kind" },
    { title: "name" },
    { title: "support → query" },
    { title: "accuracy ± 95 %", right: true },
    { title: "behind first, points", right: true },
    { title: "ms/episode", right: true },
  ];
  return table(
    columns,
    rows.map(({ kind, name, support, query, accuracy, ci95, msPerEpisode, behindFirst }) => [
      kind,
      name,
      kind === "chance" ? "" : `${support.join("+")} → ${query.join("+")}`,
      interval(accuracy, ci95),
      behindFirst ? points(behindFirst.difference, behindFirst.ci95) : "",
      kind === "chance" ? "" : msPerEpisode.toFixed(1),
    ]),
  );
}
