/** `metamodal evaluate`: score a model on episodes of unseen classes, beside what it should be compared with. */

import type { Evaluation, EvaluationRow, ModelCard } from "../../index.js";
import { certaintyLines, uninformativeWarning } from "../certainty.js";
import { columnsOf, splitNamed } from "../columns.js";
import type { Command } from "../command.js";
import { evaluateClosed } from "../evaluate-closed.js";
import { print, printJson } from "../output.js";
import { Progress, printNotices } from "../progress.js";
import { protocolOf } from "../protocol.js";
import { figure, figureInterval, interval, percent, points, table } from "../text.js";

export const evaluate: Command = {
  name: "evaluate",
  args: ["MODEL"],
  summary: "Score a model on unseen classes or groups, with intervals and every row to compare with.",
  examples: [
    "metamodal evaluate my.model --data my-data",
    "metamodal evaluate my.model --data my-data --way 20 --shot 5 --episodes 200",
    "metamodal evaluate my.model --data my-data --attribute",
    "metamodal evaluate my.model --data my-data --support-modalities text --query-modalities image",
    "metamodal evaluate my.model --data other-data --across group --json",
    "metamodal evaluate my.model --data my-data --closed",
  ],

  async run({ args: [path], values, signal }) {
    if (values.closed) return evaluateClosed(path, values, signal);
    const library = await import("../../index.js");
    const { threads, device } = values;
    const model = await library.loadModel(path, { threads, device });
    const split = splitNamed(values.split);
    const data = await library.openDataset(values.data!, {
      ...columnsOf(values, true),
      like: model.card,
      signal,
    });
    const progress = new Progress();
    printNotices(data.notices, progress);
    try {
      const evaluation = await library.evaluate(model, {
        data,
        split,
        way: values.way,
        shot: values.shot,
        query: values.query,
        supportModalities: values["support-modalities"],
        queryModalities: values["query-modalities"],
        labelShots: values["label-shots"],
        episodes: values.episodes,
        across: values.across,
        mode: values.mode,
        attribute: values.attribute,
        seed: values.seed,
        signal,
        onProgress: (done, total, row) =>
          progress.update(() => `evaluating  ${progress.bar(done / total)}${done}/${total} episodes  ${row}`),
      });
      progress.clear();
      if (values.json) printJson({ model: path, ...evaluation, data: values.data });
      else print(`${protocolOf(evaluation)}\n\n${rowTable(evaluation)}${belowTable(evaluation, model.card)}`);
      const warning = evaluation.certainty && uninformativeWarning(evaluation.certainty);
      if (warning) progress.note(warning);
    } finally {
      progress.clear();
    }
  },
};

/** What stands below the table. */
const belowTable = (evaluation: Evaluation, card: ModelCard): string =>
  [
    ...guesses(evaluation),
    ...attributionTable(evaluation),
    ...(evaluation.certainty ? [`${certaintyLines(evaluation.certainty, card.certainty).join("\n")}\n`] : []),
  ]
    .map((part) => `\n${part}`)
    .join("");

/** What rows make of queries that have nothing of what they show. */
function guesses({ rows }: Evaluation): string[] {
  const some = rows.flatMap(({ name, guessed }) => (guessed ? [`${name} (${percent(guessed)})`] : []));
  if (some.length === 0) return [];
  return [
    `guessed      queries that have none of the modalities a row shows are guesses in it: ${some.join(", ")}\n`,
  ];
}

/** The columns that say how well a row does, by what the labels are. */
const scoreColumns: Record<
  Evaluation["task"],
  readonly (readonly [title: string, cell: (row: EvaluationRow) => string])[]
> = {
  classification: [
    ["accuracy ± 95 %", ({ accuracy, halfWidth }) => interval(accuracy!, halfWidth)],
    ["behind first, points", ({ behindFirst: b }) => (b ? points(b.difference, b.halfWidth) : "")],
  ],
  regression: [
    ["mse ± 95 %", ({ mse, halfWidth }) => figureInterval(mse!, halfWidth)],
    ["mae", ({ mae }) => figure(mae!)],
    ["behind first", ({ behindFirst: b }) => (b ? figureInterval(b.difference, b.halfWidth) : "")],
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
      row.kind === "chance" ? "" : shownOf(row),
      ...scores.map(([, cell]) => cell(row)),
      row.kind === "chance" ? "" : row.msPerEpisode.toFixed(1),
    ]),
  );
}

/** What a row shows: `image, names → image`. */
const shownOf = ({ support, query, labelShots }: EvaluationRow): string =>
  `${support.join("+")}${labelShots ? ", names" : ""} → ${query.join("+")}`;

/** What each modality adds, where that was asked. */
function attributionTable({ task, attribution }: Evaluation): string[] {
  if (!attribution) return [];
  const [said, written] =
    task === "regression" ? ["off the mse", figureInterval] : ["to accuracy, points", points];
  const columns = [{ title: "modality" }, { title: `adds ${said} ± 95 %`, right: true }];
  return [
    table(
      columns,
      attribution.map(({ modality, value, halfWidth }) => [modality, written(value, halfWidth)]),
    ),
  ];
}
