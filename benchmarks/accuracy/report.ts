/** Writes a set's page of `docs/results`: what was asked for and whether it was reached, then every run with its recipe and rows. */

import { evaluateArgs, type Place, resultsOf, seedsOf, stagesOf } from "./runner.js";
import { type Check, check, percent, type SummaryRow, summarise } from "./summary.js";
import type { AccuracyEvaluation, AccuracyRun, AccuracySet } from "./types.js";

/** The page of a set, in Markdown, of the results that are there. `when` says date and machine. */
export function pageOf(set: AccuracySet, place: Place, when: string): string {
  const runs = set.runs.map((run) => ({
    run,
    parts: run.evaluations.map((evaluation) => {
      const results = resultsOf(set, run, evaluation, place);
      const isWhole = results.length === seedsOf(run).length;
      return { evaluation, results, rows: isWhole ? summarise(results) : undefined };
    }),
  }));
  const asked = runs.flatMap(({ run, parts }) =>
    parts.flatMap(({ evaluation, rows }) => targetLines(run, evaluation, rows)),
  );
  const sections = runs.flatMap(({ run, parts }) => [
    `## ${run.name}`,
    run.about,
    ...(run.encoder ? [`It needs a frozen encoder:\n\n\`\`\`\n${run.encoder.install}\n\`\`\``] : []),
    ...stagesOf(run).map(({ text }) => `\`\`\`yaml\n${text.trimEnd()}\n\`\`\``),
    ...parts.flatMap(({ evaluation, results, rows }) => [
      `### ${run.name}, ${evaluation.name}`,
      ...(rows ? [protocol(run, evaluation, results[0].evaluation), table(rows)] : ["Not run yet."]),
    ]),
  ]);
  return `${[
    `# ${set.name}: what is reached on unseen ${set.runs.length > 0 ? unitsOf(runs) : "classes"}`,
    "Written by this command; no number is typed by hand.",
    `\`\`\`\nnpm run results -- --data FOLDER --only ${set.name}\n\`\`\``,
    when,
    set.about,
    ["| asked | | measured | |", "| --- | --- | --- | --- |", ...asked].join("\n"),
    "Accuracies are means over the training seeds; `±` is their standard deviation over seeds. The last column is the half-width of the " +
      "95 % interval over episodes, for one model. Each model is that of the step that did best on validation classes; test classes chose nothing.",
    ...sections,
  ].join("\n\n")}\n`;
}

const unitsOf = (
  runs: readonly { parts: readonly { results: readonly { evaluation: { unit: string } }[] }[] }[],
) =>
  runs.some(({ parts }) => parts.some(({ results }) => results[0]?.evaluation.unit === "group"))
    ? "groups"
    : "classes";

function targetLines(
  run: AccuracyRun,
  { name, target }: AccuracyEvaluation,
  rows: readonly SummaryRow[] | undefined,
): string[] {
  if (!target) return [];
  const line = ({ asked, measured, met }: Check) =>
    `| ${run.name}, ${name} | ${asked} | ${measured} | ${met ? "met" : "**missed**"} |`;
  return rows ? check(rows, target).map(line) : [`| ${run.name}, ${name} | | not run yet | |`];
}

function protocol(
  run: AccuracyRun,
  evaluation: AccuracyEvaluation,
  { split, way, shot, query, episodes, seed, mode, across, unit }: import("metamodal").Evaluation,
): string {
  const line = [
    `Split ${split}: ${way}-way ${shot}-shot, up to ${query} queries a class, ${episodes.toLocaleString("en")} episodes, seed ${seed}, ${mode}`,
    ...(across ? [`across ${across}`] : []),
    ...(unit === "group" ? ["each group a task"] : []),
    `training seeds ${seedsOf(run).join(", ")}`,
  ].join(", ");
  return `${line}.\n\n\`\`\`\nmetamodal ${evaluateArgs(evaluation, "SEED").join(" ")}\n\`\`\``;
}

function table(rows: readonly SummaryRow[]): string {
  const line = ({ kind, name, given, each, mean, spread, halfWidth }: SummaryRow) => {
    const isSame = each.every((x) => x === each[0]);
    const over = isSame ? "" : each.map((x) => (100 * x).toFixed(1)).join(", ");
    return `| ${kind} | ${name} | ${given} | ${isSame ? percent(mean) : `${(100 * mean).toFixed(1)} ± ${percent(spread)}`} | ${over} | ${halfWidth > 0 ? (100 * halfWidth).toFixed(1) : ""} |`;
  };
  return [
    "| row | | support → query | accuracy | each seed | ± 95 % |",
    "| --- | --- | --- | ---: | --- | ---: |",
    ...rows.map(line),
  ].join("\n");
}
