/** Meta-training. */

export {
  type CurveOptions,
  type CurvePoint,
  type ForgettingCurve,
  forgettingCurve,
} from "../continual/curve.js";
export { curvePicture } from "../continual/curve-picture.js";
export type {
  CheckpointEvent,
  DoneEvent,
  EvalEvent,
  StartEvent,
  StepEvent,
  TrainEvent,
} from "./events.js";
export { type MetaTrainOptions, metaTrain, type Run } from "./train.js";
