/** The score without learning: a random class or, for regression, the mean of the support's targets. */

import { taskOf } from "../data/index.js";
import type { Episode } from "../episode/index.js";
import { type EpisodeResult, errorsResult } from "./score.js";
import { meanWithInterval } from "./statistics.js";
import { summaryOf } from "./summary.js";
import type { Drawn, EvaluationRow } from "./types.js";

/** The expected accuracy of random classes; episodes may differ in their number of classes. */
function chanceOf(episodes: readonly Episode[]): number {
  const ways = new Set(episodes.map(({ classes }) => classes.length));
  const share = (way: number) =>
    episodes.filter(({ classes }) => classes.length === way).length / episodes.length;
  return [...ways].reduce((sum, way) => sum + share(way) / way, 0);
}

/** The result of chance in each episode. */
export const byChance = ({
  protocol,
  table,
  episodes,
}: Pick<Drawn, "table" | "episodes"> & { protocol: Pick<Drawn["protocol"], "task"> }): EpisodeResult[] =>
  episodes.map(({ classes, support, query }) => {
    if (protocol.task === "classification") return { score: 1 / classes.length };
    const mean = support.reduce((sum, { row }) => sum + table.rows[row].target!, 0) / support.length;
    return errorsResult(query.map(({ row }) => mean - table.rows[row].target!));
  });

/** The mean squared error of predicting the support's mean target; undefined for classification. */
export function supportMeanError({ table, episodes }: Pick<Drawn, "table" | "episodes">): number | undefined {
  if (taskOf(table.rows) !== "regression") return undefined;
  const protocol = { task: "regression" } as const;
  return meanWithInterval(byChance({ protocol, table, episodes }).map(({ score }) => score)).mean;
}

/** The row of {@link byChance}. */
export function chanceRow(drawn: Drawn): EvaluationRow {
  const isRegression = drawn.protocol.task === "regression";
  const scores = isRegression
    ? summaryOf("regression", byChance(drawn))
    : { accuracy: chanceOf(drawn.episodes), halfWidth: 0 };
  const name = isRegression ? "support mean" : "chance";
  return { kind: "chance", name, support: [], query: [], ...scores, msPerEpisode: 0 };
}
