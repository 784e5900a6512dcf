/** Data sets on disk or in memory → class splits → decoded tables → episodes → arrays. */

export { batchSampler } from "./batch.js";
export type { DatasetCard, ModalityDeclarations } from "./card.js";
export { type ClosedSplit, closedSplit, type HeldRows } from "./closed.js";
export {
  collate,
  collateEpisode,
  collateSupport,
  type EpisodeArrays,
  type EpisodeLayout,
  type ExampleBatch,
  episodeSpec,
  type LabelledBatch,
} from "./collate.js";
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
export { firstCells, readCsvBytes } from "./csv.js";
export { createDataset, type OpenOptions, openDataset } from "./dataset.js";
export {
  type Episode,
  type EpisodeItem,
  type EpisodeOptions,
  type EpisodeSampler,
  episodeSampler,
} from "./episode.js";
export { EXTREME, type LargestInput, largestInput } from "./extreme.js";
export { archiveEnding, isTable } from "./file-types.js";
export { statsAt } from "./files/disk.js";
export { readDrawings } from "./formats/index.js";
export { halves } from "./halves.js";
export { type Inspection, inspectDataset } from "./inspect.js";
export { kindOfPath, kindOfValue } from "./kinds.js";
export { labelModality, saysSomething } from "./label-text.js";
export { looseExamples } from "./loose-examples.js";
export { type Folder, openFiles, openFolder } from "./media.js";
export { importMovieLens } from "./movielens/import.js";
export { checkModalityName, normalName } from "./names.js";
export type { Notice } from "./notice.js";
export { importOmniglot, type OmniglotSummary } from "./omniglot/import.js";
export { preview } from "./preview.js";
export { buildDataset, mediaReferences, type RawRecord } from "./rows.js";
export { contactSheet, type SheetOptions } from "./sheet.js";
export { kindOfBytes, SNIFFED_BYTES } from "./sniff.js";
export { importSpeechCommands } from "./speech-commands/import.js";
export { type ClassSplit, splitClasses, splitRows } from "./split.js";
export { joinByStem } from "./stems.js";
export { supportOf } from "./support.js";
export { type Column, loadTable, planModalities, type Table } from "./table.js";
export {
  episodeUnit,
  plainUnit,
  standardisedTarget,
  type TargetScale,
  type TargetUnit,
  targetFrom,
  targetScaleOf,
  targetUnit,
} from "./targets.js";
export { decodeText, parseJson, parseJsonLines, readText } from "./text.js";
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
export { type UnknownOptions, unknownSampler } from "./unknowns.js";
export { type View, withLabelShots } from "./view.js";
export type { ImportSummary } from "./write.js";
