/** Data sets, on disk or in memory: how they are laid out, read, checked and drawn. */

export type { DatasetCard, ModalityDeclarations } from "./card.js";
export {
  cardLike,
  checkLabelled,
  columnsReadBy,
  type Likeness,
  type Names,
  type Reading,
  type Roles,
  readColumns,
} from "./columns/index.js";
export { createDataset, type OpenOptions, openDataset } from "./dataset.js";
export { archiveEnding, isTable } from "./file-types.js";
export { statsAt } from "./files/disk.js";
export { type Folder, openFiles, openFolder } from "./files/media.js";
export { firstCells, readCsvBytes } from "./formats/csv.js";
export { readDrawings } from "./formats/index.js";
export { decodeText, parseJson, parseJsonLines, readText } from "./formats/text.js";
export { importMovieLens } from "./import/movielens.js";
export { importOmniglot, type OmniglotSummary } from "./import/omniglot/import.js";
export { importSpeechCommands } from "./import/speech-commands.js";
export type { ImportSummary } from "./import/write.js";
export { kindOfPath, kindOfValue } from "./kinds.js";
export { labelModality, saysSomething } from "./labels/text.js";
export { looseExamples } from "./layouts/loose-examples.js";
export { joinByStem } from "./layouts/stems.js";
export { checkModalityName, normalName } from "./names.js";
export type { Notice } from "./notice.js";
export { preview } from "./pictures/preview.js";
export { contactSheet, type SheetOptions } from "./pictures/sheet.js";
export { buildDataset, mediaReferences, type RawRecord } from "./rows.js";
export { kindOfBytes, SNIFFED_BYTES } from "./sniff.js";
export {
  type Dataset,
  type DeclaredModality,
  type Example,
  groupsAreTasks,
  hasAny,
  type Row,
  type Split,
  type TaskKind,
  taskKinds,
  taskOf,
  unitOf,
  unitWords,
  unitWordsOf,
} from "./types.js";
