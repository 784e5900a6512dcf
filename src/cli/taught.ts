/** Describes a taught task: its accuracy by its own examples, by class and modality, and what to do. */

import type { TaskEvaluation } from "../teach/evaluate-task.js";
import type { Share, TaskReport } from "../teach/report.js";
import type { TaughtTask } from "../teach/task.js";
import { counted, lines, percent, table } from "./text.js";

/** Classes and confusions that are printed. */
const SHOWN = 10;

/** What `evaluate` prints of a task on labelled data. */
export function evaluationLines(evaluation: TaskEvaluation, path: string): string {
  const { data, accuracy, flagged, others, taught } = evaluation;
  const wrongly = `${percent(flagged.accuracy)} of known examples`;
  const rightly = others
    ? `, ${percent(others.flagged.accuracy)} of ${counted(others.flagged.count, "example")} of other classes`
    : "";
  const head = lines([
    `task     ${path} on ${data}: ${counted(accuracy.count, "example")}`,
    ...(taught > 0 ? [`left out ${counted(taught, "example")} that the task was taught with`] : []),
    `accuracy ${shareText(accuracy)} (${accuracy.correct} of ${accuracy.count})`,
    `unknown  flags ${wrongly}${rightly}`,
  ]);
  return `${head}${tables(evaluation)}`;
}

/** What `teach` prints of a task. */
export function taskLines(task: TaughtTask, path: string, seconds: number): string {
  const { classes, examples, modalities, report } = task;
  const what = classes.length === 0 ? "numbers" : counted(classes.length, "class", "classes");
  const head = [
    `task     ${path}: ${what} from ${counted(examples.length, "example")} of ${modalities.join(", ")}, in ${seconds.toFixed(1)} s`,
    ...Object.entries(task.pretrained).map(([modality, model]) => `encoder  ${modality}: ${model}`),
    ...(Object.keys(task.experts).length > 0 ? [`experts  ${expertsOf(task)}`] : []),
  ];
  return lines([...head, ...(report ? reportLines(report) : [])]) + (report ? tables(report) : "");
}

/** The share of each expert in the evidence. */
function expertsOf({ experts }: TaughtTask): string {
  const total = Object.values(experts).reduce((sum, evidence) => sum + evidence, 0);
  return Object.entries(experts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, evidence]) => `${name} ${percent(total > 0 ? evidence / total : 0)}`)
    .join(", ");
}

function reportLines({ accuracy, method, reason, advice }: TaskReport): string[] {
  const figure = accuracy
    ? `accuracy ${shareText(accuracy)}, expected from ${accuracy.correct} of ${accuracy.count} correct in ${method}`
    : `accuracy ${reason}`;
  return [figure, ...advice.map((line) => `advice   ${line}`)];
}

/** `91.2 %, 95 % interval 82.0 to 97.1 %`. */
const shareText = ({ accuracy, interval: [low, high] }: Share): string =>
  `${percent(accuracy)}, 95 % interval ${(100 * low).toFixed(1)} to ${percent(high)}`;

function tables({
  modalities,
  classes,
  confusions,
}: Pick<TaskReport, "modalities" | "classes" | "confusions">): string {
  const shares = (title: string, all: Readonly<Record<string, Share>>) => {
    const rows = Object.entries(all).sort(([, a], [, b]) => a.accuracy - b.accuracy);
    if (rows.length === 0) return "";
    const cells = rows
      .slice(0, SHOWN)
      .map(([name, share]) => [name, percent(share.accuracy), `${share.correct} of ${share.count}`]);
    const rest =
      rows.length > SHOWN ? `and ${rows.length - SHOWN} more, which are better (listed by --json)\n` : "";
    const columns = [{ title }, { title: "accuracy", right: true }, { title: "correct", right: true }];
    return `\n\n${table(columns, cells)}${rest}`.trimEnd();
  };
  const mistakes = confusions
    .slice(0, SHOWN)
    .map(({ label, predicted, count }) => [label, predicted, `${count}`]);
  const confused =
    mistakes.length > 0
      ? `\n\n${table([{ title: "class" }, { title: "taken for" }, { title: "times", right: true }], mistakes)}`.trimEnd()
      : "";
  return `${modalities ? shares("alone", modalities) : ""}${shares("class", classes)}${confused}`;
}
