/** Evaluation of models: scores with intervals on unseen classes, or on held-out rows of train classes. */

export { fitTemperature, type LabelledLogits, worsensCalibration } from "./calibration.js";
export { chanceRow, supportMeanError } from "./chance.js";
export {
  type ClosedEvaluation,
  type ClosedRow,
  type EvaluateClosedOptions,
  evaluateClosed,
} from "./closed.js";
export { drawEvaluation } from "./draw.js";
export { episodePicture } from "./episode-picture.js";
export { evaluate } from "./evaluate.js";
export { scoreKnown } from "./known.js";
export { isBetter, measured, type TaskScore } from "./measure.js";
export { predictOpenEpisodes } from "./open-episodes.js";
export { measureOpenSet, type OpenPredictions } from "./open-set.js";
export { type PredictOptions, predictEpisodes } from "./predict-episodes.js";
export { thresholdAt95 } from "./roc.js";
export { type EpisodeResult, scoreEpisodes } from "./score.js";
export {
  type Estimate,
  jackknife,
  meanDifferenceWithInterval,
  meanShareWithInterval,
  meanWithInterval,
  quantile,
  shareWithInterval,
} from "./statistics.js";
export type { Drawn, EvaluateOptions, Evaluation, EvaluationRow, RowKind } from "./types.js";
