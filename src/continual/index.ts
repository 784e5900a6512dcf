/** The ways to keep an old task, a row each. */

import { distillation } from "./distillation.js";
import { ewc } from "./ewc.js";
import { joint } from "./joint.js";
import { l2sp } from "./l2-sp.js";
import { replay } from "./replay.js";
import type { TransferMethod } from "./types.js";

export type { OldLoss, OldTask, OldTerm, TransferMethod } from "./types.js";

export const transfers: Readonly<Record<string, TransferMethod>> = {
  replay,
  "l2-sp": l2sp,
  ewc,
  distillation,
  joint,
};
