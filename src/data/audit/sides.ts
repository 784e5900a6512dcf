/** Relations between two rows: different splits, different labels. */

import type { Row } from "../types.js";

/** Whether two rows are in different splits. */
export const isAcrossSplits = (a: Row, b: Row): boolean =>
  a.split !== undefined && b.split !== undefined && a.split !== b.split;

/** Whether two rows have different labels. */
export const isOtherLabel = (a: Row, b: Row): boolean =>
  (a.label ?? a.target) !== undefined &&
  (b.label ?? b.target) !== undefined &&
  (a.label ?? a.target) !== (b.label ?? b.target);

/** A row in evidence: `a.png (train, "cat")`. */
export const describeRow = ({ id, split, label, target }: Row): string => {
  const parts = [split, label === undefined ? target : JSON.stringify(label)].filter(
    (part) => part !== undefined,
  );
  return parts.length > 0 ? `${id} (${parts.join(", ")})` : id;
};
