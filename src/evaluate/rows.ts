/**
 * The rows of an evaluation. Every contender is scored on the same items (episodes of unseen classes, or held-out rows of
 * train classes) and compared with the first one in pairs.
 */

import type { TaskKind } from "../data/index.js";
import type { Contender } from "./contenders.js";
import type { EpisodeResult, ScoreOptions } from "./score.js";
import { behind } from "./summary.js";
import type { EvaluationProgress, EvaluationRow } from "./types.js";

/** What contenders are scored on. */
export interface RowSource {
  readonly task: TaskKind;
  /** The number of items. */
  readonly count: number;
  /** Score a contender on every item. */
  score(contender: Contender, options: ScoreOptions): Promise<EpisodeResult[]>;
}

export interface ScoredRow extends Pick<EvaluationRow, "behindFirst"> {
  readonly contender: Contender;
  readonly results: readonly EpisodeResult[];
  readonly msPerItem: number;
}

/** Score contenders one after another; `progressOf` gives the options for the row of a name. */
export async function scoreRows(
  contenders: readonly Contender[],
  source: RowSource,
  progressOf: (name: string) => ScoreOptions,
): Promise<ScoredRow[]> {
  const rows: ScoredRow[] = [];
  for (const contender of contenders) {
    const started = performance.now();
    const results = await source.score(contender, progressOf(contender.name));
    const msPerItem = (performance.now() - started) / source.count;
    const first = rows.length > 0 ? rows[0].results : results;
    rows.push({ contender, results, msPerItem, ...behind(source.task, first, results) });
  }
  return rows;
}

/** Options for each of `runs` runs over `count` items that report progress over all runs. */
export function progressOver(
  runs: number,
  count: number,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: EvaluationProgress },
): (name: string) => ScoreOptions {
  let run = 0;
  return (name) => {
    const before = run++ * count;
    return { signal, onProgress: (done) => onProgress?.(before + done, runs * count, name) };
  };
}
