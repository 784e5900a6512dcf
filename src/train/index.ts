/** Meta-training. */

export type {
  CheckpointEvent,
  ChoiceEvent,
  DoneEvent,
  EvalEvent,
  FailureEvent,
  StartEvent,
  StepEvent,
  TrainEvent,
} from "./events.js";
export { type MetaTrainOptions, metaTrain, type Run } from "./train.js";
