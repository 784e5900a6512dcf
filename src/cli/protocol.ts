/** Describes the protocol of an evaluation or a comparison: data, way, shot, queries, episodes. */

import type { Evaluation } from "../index.js";
import { counted, lines } from "./text.js";

/** The protocol in one line, and a line for each kind of rows or classes that were left out. */
export function protocolOf(evaluation: Omit<Evaluation, "rows" | "certainty" | "attribution">): string {
  const { data, split, task, way, shot, query, episodes, seed, mode } = evaluation;
  const { across, labelShots, mostWay, ineligible, unusedRows } = evaluation;
  const part = task === "regression" ? "group" : "class";
  const units = evaluation.unit === "group" ? "groups" : "classes";
  const line = [
    `${data}, split ${split}: ${task === "regression" ? "one group per episode," : `${way}-way`} ${shot}-shot`,
    `up to ${counted(query, "query", "queries")} per ${part}`,
    counted(episodes, "episode"),
    `seed ${seed}`,
    mode,
    ...(across ? [`across ${across}`] : []),
    ...(labelShots > 0 ? [`class names as ${counted(labelShots, "label shot")}`] : []),
  ].join(", ");
  const few = counted(ineligible.length, `${evaluation.unit} has`, `${units} have`);
  const lacking = counted(unusedRows, "row has", "rows have");
  return lines([
    line,
    ...(task === "classification" && way === mostWay && way < 5
      ? [`${way}-way, the most that the split allows`]
      : []),
    ...(ineligible.length > 0 ? [`${few} too few examples (listed by --json)`] : []),
    ...(unusedRows > 0 ? [`${lacking} none of the model's modalities and are not used`] : []),
  ]);
}
