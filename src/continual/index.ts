/** The table of continual methods: what is added to the loss of a new task to retain an old one. */

import { distillation } from "./distillation.js";
import { ewc } from "./ewc.js";
import { joint } from "./joint.js";
import { l2sp } from "./l2-sp.js";
import { replay } from "./replay.js";
import type { ContinualMethod } from "./types.js";

export type { ContinualMethod, OldLoss, OldTask, OldTerm } from "./types.js";

export const continualMethods: Readonly<Record<string, ContinualMethod>> = {
  replay,
  "l2-sp": l2sp,
  ewc,
  distillation,
  joint,
};
