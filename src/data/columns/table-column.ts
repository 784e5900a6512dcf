/** A column of a tabular modality, with what was inferred of it. */

import type { ColumnDeclaration, InferredColumn, PlacedCell } from "../../modality/index.js";

export interface TableColumnCells {
  readonly declared: ColumnDeclaration;
  /** One per record. */
  readonly cells: readonly PlacedCell[];
  readonly inferred: InferredColumn;
}

/** Whether a column without a stated type has cells, all of which are missing. */
export const isEmptyColumn = ({
  declared: { type },
  inferred: { present },
  cells,
}: TableColumnCells): boolean =>
  present === 0 && type === undefined && cells.some(({ cell }) => cell !== null);
