/** Splits of classes and rows, decoded tables, episode samplers, and the arrays of an episode. */

export { batchSampler } from "./batch.js";
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
export type { Episode, EpisodeItem, EpisodeOptions, EpisodeSampler } from "./episode.js";
export { EXTREME, type LargestInput, largestInput } from "./extreme.js";
export { halves } from "./halves.js";
export { type Inspection, inspectDataset } from "./inspect.js";
export { canonicalOrder } from "./order.js";
export { planModalities } from "./plan.js";
export { episodeSampler } from "./sampler.js";
export { type ClassSplit, splitClasses, splitRows } from "./split.js";
export { supportOf } from "./support.js";
export { type Column, loadTable, type Table } from "./table.js";
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
export { type UnknownOptions, unknownSampler } from "./unknowns.js";
export { type View, withLabelShots } from "./view.js";
