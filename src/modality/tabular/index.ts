/** How the cells of table columns are read. */

export { columnError } from "./column-error.js";
export { type InferredColumn, inferColumn, type PlacedCell } from "./infer.js";
export { isCategoryMark, isNumberMark } from "./marks.js";
export type { NumberFormat } from "./numerals.js";
export {
  type Cell,
  type ColumnDeclaration,
  type ColumnReading,
  columnSchema,
  declarationSchema,
  isMissing,
  isPlain,
  numberOf,
  readingSchema,
} from "./reading.js";
