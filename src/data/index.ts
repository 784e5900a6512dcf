/** Data sets, on disk or in memory: layouts, formats, columns, rows, importers, audits and contact sheets. */

export type { DatasetCard, DeclaredModality, ModalityDeclarations } from "./card.js";
export {
  type ColumnNames,
  cardLike,
  checkLabelled,
  columnsReadBy,
  type Likeness,
  type Reading,
  type Roles,
  readColumns,
} from "./columns/index.js";
export { createDataset, type OpenOptions, openDataset } from "./dataset.js";
export { readDrawings } from "./drawings/index.js";
export { statsAt } from "./files/disk.js";
export { archiveEnding, isTable } from "./files/endings.js";
export { type Folder, openFiles, openFolder } from "./files/media.js";
export { firstCells, readCsvBytes } from "./formats/csv.js";
export { parseJson, parseJsonLines } from "./formats/json.js";
export { decodeText, readText } from "./formats/text.js";
export { checkDataset, checkExamples, isDataset } from "./given.js";
export { importMovieLens } from "./import/movielens.js";
export { importOmniglot, type OmniglotSummary } from "./import/omniglot/import.js";
export { importSpeechCommands } from "./import/speech-commands.js";
export type { ImportSummary } from "./import/write.js";
export { kindOfBytes, kindOfPath, kindOfValue, SNIFFED_BYTES } from "./kinds.js";
export { hasWord, labelModality } from "./labels/text.js";
export { looseExamples } from "./layouts/loose-examples.js";
export { joinByStem } from "./layouts/stems.js";
export { checkModalityName, normalName } from "./names.js";
export type { Notice } from "./notice.js";
export { framedExample } from "./pictures/framed-example.js";
export { contactSheet, type SheetOptions } from "./pictures/sheet.js";
export { mediaReferences, type RawRecord, whereOf } from "./record.js";
export { buildDataset } from "./rows.js";
export type { Split } from "./splits.js";
export { type TaskKind, taskKinds, unitWords } from "./task.js";
export {
  type Dataset,
  type Example,
  groupsAreTasks,
  hasAny,
  type Row,
  taskOf,
  unitOf,
  unitWordsOf,
} from "./types.js";
