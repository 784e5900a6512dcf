/** Which rows belong together: in the same split, of the same class. */

import type { Row } from "../types.js";

/** True where one of two rows is trained on and the other held out, or held out for something else. */
export const isAcrossSplits = (a: Row, b: Row): boolean =>
  a.split !== undefined && b.split !== undefined && a.split !== b.split;

/** True where two rows have labels, and different ones. */
export const isOtherLabel = (a: Row, b: Row): boolean =>
  (a.label ?? a.target) !== undefined &&
  (b.label ?? b.target) !== undefined &&
  (a.label ?? a.target) !== (b.label ?? b.target);

/** What a row is, for evidence: `a.png (train, "cat")`. */
export const describeRow = ({ id, split, label, target }: Row): string => {
  const said = [split, label === undefined ? target : JSON.stringify(label)].filter(
    (part) => part !== undefined,
  );
  return said.length > 0 ? `${id} (${said.join(", ")})` : id;
};
