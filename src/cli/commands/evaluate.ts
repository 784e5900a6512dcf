/** `metamodal evaluate`: score a model on episodes of unseen classes, beside what it should be compared with. */

import { evaluationDefaults, limits } from "../../base/defaults.js";
import type { Evaluation, EvaluationRow, ModelCard } from "../../index.js";
import { certaintyLines, uninformativeWarning } from "../certainty.js";
import { splitNamed } from "../columns.js";
import type { CommandWith } from "../command.js";
import { encoderOption } from "../encoder-flags.js";
import { evaluateClosed } from "../evaluate-closed.js";
import { openEvaluated } from "../evaluated.js";
import { choice, flag, list, required, text, whole } from "../option.js";
import { print, printJson } from "../output.js";
import { Progress, printNotices } from "../progress.js";
import { protocolOf } from "../protocol.js";
import { columns, compute, evaluatedSplit, json, recipe } from "../shared-options.js";
import { figure, figureInterval, interval, percent, points, table } from "../text.js";

const { way, shot, query, episodes } = evaluationDefaults;

const options = {
  data: required(
    text("DATA", "data folder whose classes (groups, for regression) the model is evaluated on"),
  ),
  closed: flag("accuracy on held-out rows of the train classes, for a model of train --closed"),
  way: whole(2, `classes per episode (default: ${way}); not for regression`),
  shot: whole(
    1,
    `support examples per class (default: ${shot}), or per group for regression (default: the model's)`,
  ),
  query: whole(1, `query examples per class (group), at most (default: ${query})`),
  "support-modalities": list("NAME,…", "modalities of support examples (default: as in training)"),
  "query-modalities": list("NAME,…", "modalities of query examples (default: as in training)"),
  "label-shots": whole(
    0,
    "support examples per class that consist of the class name as text (default: as in training)",
  ),
  ...encoderOption,
  episodes: whole(1, `episodes to score (default: ${episodes})`, limits.episodes),
  across: choice(["group"], "group", "draw support and query from different groups"),
  mode: choice(
    ["inductive", "transductive"],
    "MODE",
    "inductive: predict each query by itself; transductive: use the statistics of all queries (default: as in training)",
  ),
  attribute: flag(
    "also print each modality's contribution: its Shapley value, over all subsets of at most 6 modalities",
  ),
  seed: recipe.seed,
  ...evaluatedSplit,
  ...columns,
  ...compute,
  ...json,
};

export const evaluate: CommandWith<typeof options> = {
  name: "evaluate",
  args: ["MODEL|TASK"],
  summary:
    "Score a model on unseen classes or groups, with intervals and every row to compare with; or a taught task on labelled data.",
  examples: [
    "metamodal evaluate photos.task --data labelled-photos",
    "metamodal evaluate base --data my-data --way 5 --shot 1",
    "metamodal evaluate my.model --data my-data",
    "metamodal evaluate my.model --data my-data --way 20 --shot 5 --episodes 200",
    "metamodal evaluate my.model --data my-data --attribute",
    "metamodal evaluate my.model --data my-data --support-modalities text --query-modalities image",
    "metamodal evaluate my.model --data other-data --across group --json",
    "metamodal evaluate my.model --data my-data --closed",
  ],
  options,

  async run({ args: [path], values, signal }) {
    const { evaluateUntrained } = await import("../evaluate-taught.js");
    if (await evaluateUntrained(path, values, signal, rowTable)) return;
    if (values.closed) return evaluateClosed(path, values, signal);
    const library = await import("../../index.js");
    const split = splitNamed(values.split);
    const { model, data } = await openEvaluated(path, values, signal);
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
        onProgress: (done, total, row) => progress.count("evaluating", done, total, `episodes  ${row}`),
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

/** The line on rows with queries that have none of the row's modalities. */
function guesses({ rows }: Evaluation): string[] {
  const some = rows.flatMap(({ name, guessed }) => (guessed ? [`${name} (${percent(guessed)})`] : []));
  if (some.length === 0) return [];
  return [
    `guessed      queries that have none of a row's modalities are guesses in it: ${some.join(", ")}\n`,
  ];
}

/** The columns of scores, per task. */
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
      row.kind === "chance" ? "" : modalitiesOf(row),
      ...scores.map(([, cell]) => cell(row)),
      row.kind === "chance" ? "" : row.msPerEpisode.toFixed(1),
    ]),
  );
}

/** The modalities of support and query of a row: `image, names → image`. */
const modalitiesOf = ({ support, query, labelShots }: EvaluationRow): string =>
  `${support.join("+")}${labelShots ? ", names" : ""} → ${query.join("+")}`;

/** The contribution of each modality, if it was computed. */
function attributionTable({ task, attribution }: Evaluation): string[] {
  if (!attribution) return [];
  const [unit, format] =
    task === "regression" ? ["off the mse", figureInterval] : ["to accuracy, points", points];
  const columns = [{ title: "modality" }, { title: `adds ${unit} ± 95 %`, right: true }];
  return [
    table(
      columns,
      attribution.map(({ modality, value, halfWidth }) => [modality, format(value, halfWidth)]),
    ),
  ];
}
