/** Scores of a model on unseen classes. */

export { type Answered, fitTemperature, harms } from "./calibration.js";
export { answerOpen } from "./certainty.js";
export { chanceRow, supportMeanError } from "./chance.js";
export {
  type ClosedEvaluation,
  type ClosedRow,
  type EvaluateClosedOptions,
  evaluateClosed,
} from "./closed.js";
export { drawEvaluation } from "./draw.js";
export { evaluate } from "./evaluate.js";
export { scoreKnown } from "./known.js";
export { isBetter, type Measured, measured } from "./measure.js";
export { measureOpenSet, type OpenAnswers } from "./open-set.js";
export { episodePicture } from "./picture.js";
export { thresholdAt95 } from "./roc.js";
export { answerEpisodes, type EpisodeResult, scoreEpisodes } from "./score.js";
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
