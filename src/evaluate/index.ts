/** Scores of a model on unseen classes. */

export {
  type EvaluateOptions,
  type Evaluation,
  type EvaluationRow,
  evaluate,
  type RowKind,
} from "./evaluate.js";
export { isBetter, type Measured, measured } from "./measure.js";
export { episodePicture } from "./picture.js";
export { type EpisodeResult, scoreEpisodes, type View } from "./score.js";
export { meanWithInterval, quantile } from "./statistics.js";
