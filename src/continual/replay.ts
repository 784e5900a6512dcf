/**
 * Replay (rehearsal: Robins, 1995; with stored examples: Rolnick et al., 2019): L_old is the old task's own loss, on
 * batches of its examples drawn beside those of the new task.
 */

import { meanGradient } from "../train/programs.js";
import type { ContinualMethod, OldLoss, OldTask } from "./types.js";

/** The loss of the old task on its batches. */
export const replayLoss =
  (old: OldTask): OldLoss =>
  async (weights, _, step) =>
    meanGradient(await old.run(weights, old.batches(step)));

export const replay: ContinualMethod = {
  name: "replay",
  summary: "train on examples of the old task as well",
  source: "Robins 1995; Rolnick et al. 2019",
  weighs: "old",
  startsOld: true,
  begin: async (old) => replayLoss(old),
};
