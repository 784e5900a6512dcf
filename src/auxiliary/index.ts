/** The auxiliary objectives, a row each. `none` in a recipe chooses no auxiliary objective. */

import { balance } from "./balance.js";
import { cross } from "./cross.js";
import { distillation } from "./distillation.js";
import { dropout } from "./dropout.js";
import { masked } from "./masked.js";
import type { AuxiliaryMethod } from "./types.js";
import { unimodal } from "./unimodal.js";

export type { BalanceOptions } from "./balance.js";
export type { DropoutOptions } from "./dropout.js";
export type { Alone, Answered, AuxiliaryMethod, AuxiliaryObjective, Seen } from "./types.js";
export type { UnimodalOptions } from "./unimodal.js";

export const auxiliaries: Readonly<Record<string, AuxiliaryMethod>> = {
  cross,
  masked,
  dropout,
  distillation,
  balance,
  unimodal,
};
