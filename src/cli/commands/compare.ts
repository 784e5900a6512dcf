/** `metamodal compare`: learners × fusions on the same episodes, with cost beside accuracy. */

import { comparisonDefaults, evaluationDefaults, limits } from "../../base/defaults.js";
import type { ComparedRow, CompareEvent, Comparison } from "../../index.js";
import type { FusionName, LearnerName } from "../../model/recipe-choices.js";
import { columnsOf, splitNamed } from "../columns.js";
import type { CommandWith } from "../command.js";
import { Interrupted } from "../failure.js";
import { list, number, text, whole } from "../option.js";
import { print, printJson } from "../output.js";
import { Progress, printNotices } from "../progress.js";
import { protocolOf } from "../protocol.js";
import {
  columns,
  compute,
  evaluatedSplit,
  json,
  method,
  recipe as recipeOptions,
} from "../shared-options.js";
import {
  counted,
  duration,
  figure,
  figureInterval,
  grouped,
  interval,
  lines,
  points,
  table,
} from "../text.js";

const { shot, query, episodes } = evaluationDefaults;
const { way, minutes } = comparisonDefaults;

const options = {
  learners: list("NAME,…", "learners to compare (default: all that support the task)"),
  fusions: list("NAME,…", "fusions to compare, each with every learner (default: the recipe's)"),
  ...recipeOptions,
  ...method,
  way: whole(2, `classes per episode, in training and in the test (default: ${way}); not for regression`),
  shot: whole(1, `support examples per class (group), in training and in the test (default: ${shot})`),
  query: whole(1, `query examples per class (group) of the test, at most (default: ${query})`),
  episodes: whole(1, `episodes to score (default: ${episodes})`, limits.episodes),
  budget: number(
    "MINUTES",
    `minutes for the whole comparison (default: ${minutes}): time that testing does not need is divided equally among the trainings`,
  ),
  steps: whole(0, "training steps of each combination, instead of a budget", limits.steps),
  out: text(
    "DIR",
    "folder for rows, table and picture; the same command continues from its rows (default: none)",
  ),
  ...evaluatedSplit,
  ...columns,
  ...compute,
  ...json,
};

export const compare: CommandWith<typeof options> = {
  name: "compare",
  args: ["RECIPE|DATA"],
  summary: "Train learners and fusions alike and test them on the same episodes, with cost beside accuracy.",
  examples: [
    "metamodal compare my-data",
    "metamodal compare my-data --learners prototypical,maml,ridge --fusions gated,concatenation --budget 20",
    "metamodal compare recipe.yaml --way 5 --shot 1 --steps 500 --out comparison --json",
  ],
  options,

  async run({ args: [target], values, signal }) {
    const { comparisonPlace } = await import("../../compare/results.js");
    if (values.out !== undefined) comparisonPlace(values.out);
    const library = await import("../../index.js");
    const { known, namesOf, recipeOf } = await import("../recipe.js");
    const split = splitNamed(values.split);
    const { learners, fusions, budget, query, episodes, out, threads, device, runtime } = values;
    for (const name of learners ?? []) known("learner", name, namesOf("learners"), "--learners");
    for (const name of fusions ?? []) known("fusion", name, namesOf("fusions"), "--fusions");
    const minutes = values.steps === undefined ? budget : undefined;
    const { data, ...recipe } = await recipeOf(target, { ...values, query: undefined, minutes });
    const progress = new Progress();
    let last: Comparison | undefined;
    const onEvent = (event: CompareEvent) => {
      if (event.type === "row") last = event.comparison;
      printEvent(progress, event);
    };
    const columns = columnsOf(values, values["split-column"]);
    const comparisonOptions = {
      data,
      columns,
      recipe,
      learners: learners as readonly LearnerName[] | undefined,
      fusions: fusions as readonly FusionName[] | undefined,
      budget,
      split,
      query,
      episodes,
      out,
      threads,
      device,
      runtime,
    };
    const show = (comparison: Comparison) => {
      progress.clear();
      if (values.json) printJson({ ...comparison, data });
      else print(`${protocolOf(comparison)}\n${training(comparison)}\n\n${rowTable(comparison)}`);
    };
    progress.note(
      "testing every combination without training: whether it is possible, and how long a test takes",
    );
    try {
      show(await library.compare({ ...comparisonOptions, signal, onEvent }));
    } catch (error) {
      if ((error as Error).name !== "AbortError") throw error;
      if (last) show(last);
      const done = counted(last?.rows.filter(({ kind }) => kind === "compared").length ?? 0, "combination");
      throw new Interrupted(`stopped after ${done}${out ? "; the same command continues" : ""}`);
    } finally {
      progress.clear();
    }
  },
};

/** Print an event as progress. */
function printEvent(progress: Progress, event: CompareEvent): void {
  const left = (seconds: number | null) => (seconds === null ? "" : `, about ${duration(seconds)} left`);
  if (event.type === "plan") {
    const { notices, combinations, reused, impossible, trainSeconds, steps, secondsLeft } = event;
    printNotices(notices, progress);
    const each = trainSeconds === null ? counted(steps!, "step") : `${trainSeconds.toFixed(1)} s`;
    const results = reused > 0 ? `; ${counted(reused, "earlier result")} reused` : "";
    progress.note(
      `${counted(combinations, "combination")}, training ${each} each${left(secondsLeft)}${results}`,
    );
    for (const { learner, fusion, reason } of impossible)
      progress.note(`impossible  ${learner}, ${fusion}: ${reason}`);
  } else if (event.type === "progress") {
    const { learner, fusion, number, combinations, doing, secondsLeft } = event;
    const bar = progress.bar((number - 1) / combinations);
    progress.update(
      () => `${bar}${number}/${combinations}  ${learner}, ${fusion}  ${doing}${left(secondsLeft)}`,
    );
  } else {
    const { row } = event;
    const outcome = row.kind === "compared" ? `${score(row)}, ${counted(row.steps, "step")}` : row.reason;
    progress.note(`${row.learner}, ${row.fusion}: ${outcome}`);
  }
}

/** The training budget on one line. */
function training({ combinations, trainSeconds, steps }: Comparison): string {
  const each =
    trainSeconds === null ? counted(steps!, "step") : `${trainSeconds.toFixed(1)} s, compiling included`;
  return `${counted(combinations, "combination")}, each trained separately for ${each}`;
}

const score = ({ accuracy, mse, halfWidth }: Pick<ComparedRow, "accuracy" | "mse" | "halfWidth">): string =>
  accuracy === undefined ? figureInterval(mse!, halfWidth) : interval(accuracy, halfWidth);

function rowTable({ task, rows }: Comparison): string {
  const isRegression = task === "regression";
  const number = (title: string) => ({ title, right: true });
  const columns = [
    { title: "learner" },
    { title: "fusion" },
    number(`${isRegression ? "mse" : "accuracy"} ± 95 %`),
    number(isRegression ? "behind best" : "behind best, points"),
    number("steps"),
    number("train s"),
    number("adapt ms"),
    number("peak MB"),
    number("parameters"),
  ];
  const behind = ({ difference, halfWidth }: NonNullable<ComparedRow["behindBest"]>) =>
    isRegression ? figureInterval(difference, halfWidth) : points(difference, halfWidth);
  const cells = rows.flatMap((row) => {
    if (row.kind === "chance") return [[row.name, "", score(row), "", "", "", "", "", ""]];
    if (row.kind !== "compared") return [];
    const { learner, fusion, behindBest, steps, trainSeconds, adaptMs, peakMB, parameters } = row;
    const costs = [grouped(steps), trainSeconds.toFixed(1), figure(adaptMs), grouped(Math.round(peakMB))];
    return [
      [learner, fusion, score(row), behindBest ? behind(behindBest) : "", ...costs, grouped(parameters)],
    ];
  });
  const missing = rows.flatMap((row) =>
    row.kind === "failed" || row.kind === "impossible"
      ? [`${lines([`${row.kind}  ${row.learner}, ${row.fusion}: ${row.reason}`])}\n`]
      : [],
  );
  return [table(columns, cells), ...(missing.length > 0 ? [missing.join("")] : [])].join("\n");
}
