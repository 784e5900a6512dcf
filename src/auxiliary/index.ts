/** The table of auxiliary objectives, one row per method. A recipe's `none` is no auxiliary objective. */

import { balance } from "./balance.js";
import { cross } from "./cross.js";
import { distillation } from "./distillation.js";
import { dropout } from "./dropout.js";
import { masked } from "./masked.js";
import type { AuxiliaryMethod } from "./types.js";
import { unimodal } from "./unimodal.js";

export type {
  AuxiliaryMethod,
  AuxiliaryObjective,
  EmbeddedExamples,
  QueryPredictions,
  UnimodalPredictions,
} from "./types.js";

export const auxiliaries = {
  cross,
  masked,
  dropout,
  distillation,
  balance,
  unimodal,
} as const satisfies Record<string, AuxiliaryMethod>;

const rows: Readonly<Record<string, AuxiliaryMethod>> = auxiliaries;

/** The row `name`, with its options as an unspecified record; undefined for `none`. */
export const auxiliaryMethodOf = (name: string): AuxiliaryMethod | undefined => rows[name];
