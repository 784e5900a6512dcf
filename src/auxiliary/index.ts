/** The relations among modalities, a row each: what one is made to say about another. A recipe's `none` is none. */

import { balance } from "./balance.js";
import { cross } from "./cross.js";
import { distillation } from "./distillation.js";
import { dropout } from "./dropout.js";
import { masked } from "./masked.js";
import type { RelationMethod } from "./types.js";
import { unimodal } from "./unimodal.js";

export type { BalanceOptions } from "./balance.js";
export type { DropoutOptions } from "./dropout.js";
export type { Alone, Answered, Relation, RelationMethod, Seen } from "./types.js";
export type { UnimodalOptions } from "./unimodal.js";

export const relations: Readonly<Record<string, RelationMethod>> = {
  cross,
  masked,
  dropout,
  distillation,
  balance,
  unimodal,
};
