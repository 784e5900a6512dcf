/** The table of checks: one row each, in the order of findings of equal severity. */

import type { Check } from "../types.js";
import { columns } from "./columns.js";
import { duplicates } from "./duplicates.js";
import { extensions } from "./extensions.js";
import { imbalance } from "./imbalance.js";
import { labelInText } from "./label-in-text.js";
import { labelNoise } from "./label-noise.js";
import { nearDuplicates } from "./near-duplicates.js";
import { shared } from "./shared.js";
import { suspects } from "./suspects.js";
import { unreadable } from "./unreadable.js";

export const checks: readonly Check[] = [
  unreadable,
  duplicates,
  nearDuplicates,
  shared,
  labelInText,
  labelNoise,
  imbalance,
  columns,
  extensions,
  suspects,
];
