/** The events that a part of a training starts with. */

import type { Recipe } from "../model/index.js";
import type { Resumption } from "./checkpoints.js";
import type { TrainingData } from "./data.js";
import type { StartEvent, TrainEvent, WarningEvent } from "./events.js";

interface StartedPart {
  readonly part: string;
  readonly recipe: Recipe;
  readonly data: TrainingData;
}

/** The start of a part, and a warning for each checkpoint that cannot be resumed from. */
export function startEvents(
  { part, recipe, data }: StartedPart,
  { plan, parameters, step }: Pick<StartEvent, "plan" | "parameters" | "step">,
  { path, passedOver = [] }: Partial<Resumption> = {},
): TrainEvent[] {
  const warnings = passedOver.map(({ parts: { where, problem } }): WarningEvent => {
    const text = `${where} cannot be used, and an earlier checkpoint is: ${problem}`;
    return { type: "warning", part, step, text };
  });
  const { steps, minutes } = recipe.train;
  const { train, val, test } = data.split;
  const start: StartEvent = {
    type: "start",
    part,
    ...(steps === undefined ? { minutes } : { steps }),
    step,
    recipe,
    task: recipe.task,
    classes: { train: train.length, val: val.length, test: test.length },
    ineligible: data.sampler.ineligible,
    unusedRows: data.unusedRows,
    parameters,
    plan,
    notices: data.notices,
  };
  return [...warnings, { ...start, ...(path && { checkpoint: path }) }];
}
