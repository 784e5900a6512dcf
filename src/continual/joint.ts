/**
 * Joint learning of two distributions (Caruana, 1997): min_θ E_old[L] + λ E_new[L], from the start. With λ = 0 it learns
 * the old task alone.
 */

import { replayLoss } from "./replay.js";
import type { ContinualMethod } from "./types.js";

export const joint: ContinualMethod = {
  name: "joint",
  summary: "train on both tasks from the start; λ weighs the new one",
  source: "Caruana 1997",
  weighs: "new",
  startsOld: false,
  begin: async (old) => replayLoss(old),
};
