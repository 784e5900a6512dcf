/** The roles that columns may have: one row each. */

import { z } from "zod";
import type { Roles } from "./types.js";

const column = z.string().min(1);
const columns = z.union([column, z.array(column).min(1)]);

/** The columns that each role takes, in options, on the command line and in `dataset.json`. */
export const roleSchemas = {
  label: columns.optional(),
  text: columns.optional(),
  image: columns.optional(),
  group: column.optional(),
  split: column.optional(),
} satisfies Record<keyof Roles, z.ZodType>;

/** The roles that are fields of a row; the others make modalities. */
export const fieldRoles = ["label", "group", "split"] as const satisfies readonly (keyof Roles)[];
export type FieldRole = (typeof fieldRoles)[number];

/** The roles stated by options, which take precedence, and by a card. */
export const statedRoles = (options: Roles, card: Roles): Roles =>
  Object.fromEntries(
    (Object.keys(roleSchemas) as (keyof Roles)[]).map((role) => [role, options[role] ?? card[role]]),
  );
