/** What a part is trained from, and its result. */

import { measured } from "../evaluate/index.js";
import type { CertaintyCard, Recipe, ValidationCard, Weights } from "../model/index.js";
import type { Model } from "../model/model.js";
import type { Best } from "./checkpoint.js";
import type { Checkpoints } from "./checkpoints.js";
import type { TrainingData } from "./data.js";
import type { TrainingPrograms } from "./programs.js";
import type { TrainingState } from "./update.js";

export interface PartOptions {
  /** The name of the part in events and files: `image+strokes`, `image`. */
  part: string;
  recipe: Recipe;
  programs: TrainingPrograms;
  data: TrainingData;
  /** The model whose network training starts from. */
  from?: Model;
  /** Without them none is written. */
  checkpoints?: Checkpoints;
  resume: boolean;
  signal?: AbortSignal;
}

export interface TrainedPart {
  /** The best weights on the validation classes, or the last without validation. */
  readonly weights: Weights;
  readonly steps: number;
  readonly selectedStep: number;
  readonly validation: ValidationCard | null;
  readonly certainty: CertaintyCard | null;
}

/** The result of training, from the last state and the best weights. */
export function trainedPart(
  { recipe, data }: Pick<PartOptions, "recipe" | "data">,
  current: TrainingState,
  best: Best | undefined,
): Omit<TrainedPart, "certainty"> {
  const { params, state } = best?.weights ?? current;
  const common = {
    weights: { params, state },
    steps: current.step,
    selectedStep: best?.step ?? current.step,
  };
  if (!best || !data.validation) return { ...common, validation: null };
  const { way, episodes, table } = data.validation;
  const { task, closed, episode } = recipe;
  return {
    ...common,
    validation: {
      ...measured(task, best.score),
      halfWidth: best.halfWidth,
      way,
      shot: closed ? 0 : episode.shot,
      episodes: closed ? table.rows.length : episodes.length,
    },
  };
}
