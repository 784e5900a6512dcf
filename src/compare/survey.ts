/** Surveys the combinations before training: which are possible, and how long each takes to test. */

import { InputError } from "../base/errors.js";
import { type Notice, openDataset, taskOf } from "../data/index.js";
import { engineFor } from "../engine/index.js";
import {
  chanceRow,
  type Drawn,
  drawEvaluation,
  type EvaluationRow,
  scoreEpisodes,
} from "../evaluate/index.js";
import { ModelDefinition } from "../model/index.js";
import { Model } from "../model/model.js";
import { parseRecipe, type RecipeInput } from "../model/recipe.js";
import { cardOf } from "../train/card.js";
import { completeRecipe } from "../train/complete-recipe.js";
import { prepareData } from "../train/data.js";
import { labelTextFor } from "../train/label-text.js";
import { withNamedEncoders } from "../train/named-encoders.js";
import { combinationsOf, commonRecipe, recipeOf } from "./combinations.js";
import { testOf } from "./trial.js";
import type { Combination, CompareOptions } from "./types.js";

/** A fusion without requirements on the data, with which the common data are prepared. */
const PLAIN_FUSION = "fixed";

/** Test episodes that are timed, after as many to compile. */
const EPISODES = 8;

interface Surveyed extends Combination {
  /** Why it cannot be trained, if it cannot. */
  readonly impossible?: string;
  /** Estimated seconds of validation and test. */
  readonly seconds: number;
}

export interface Survey {
  readonly protocol: Drawn["protocol"];
  readonly chance: Pick<EvaluationRow, "name" | "accuracy" | "mse" | "halfWidth">;
  /** A digest of the training data. */
  readonly digest: string;
  /** Notices from reading and planning the data. */
  readonly notices: readonly Notice[];
  /** The recipe that all combinations share. */
  readonly recipe: RecipeInput;
  /** Seconds from the start of a process to its first step. */
  readonly startSeconds: number;
  readonly combinations: readonly Surveyed[];
}

/** Examine every combination with untrained weights. Throws an `InputError` for input that no combination can use. */
export async function survey(options: CompareOptions): Promise<Survey> {
  const data = await openDataset(options.data, options.columns);
  const task = taskOf(data.rows) ?? "classification";
  const recipe = commonRecipe(withNamedEncoders({ data: options.data, ...options.recipe }, data), task);
  const { learner: _, ...others } = recipe;
  const plain: RecipeInput = { ...others, fusion: PLAIN_FUSION };
  const common = parseRecipe(plain, "recipe");
  const { way } = recipe.episode!;
  const prepared = await prepareData(data, common, { modalities: common.modalities, way });
  const startSeconds = performance.now() / 1000;
  const engine = engineFor(options);
  const untrained = (input: RecipeInput): Model => {
    const stated = parseRecipe(input, "recipe");
    const way = input.episode?.way ?? (task === "regression" ? 1 : prepared.split.train.length);
    const complete = completeRecipe(stated, { ...prepared, way });
    labelTextFor(complete, prepared.specs, prepared.table.rows, []);
    const weights = new ModelDefinition(complete, prepared.specs).init(complete.seed);
    const training = {
      weights,
      steps: 0,
      selectedStep: 0,
      validation: null,
      certainty: null,
      runtime: engine.runtime,
    };
    return new Model(cardOf(complete, prepared.specs, data, prepared, training, undefined), weights, engine);
  };
  const test = testOf(options, recipe, data);
  const drawn = await drawEvaluation(untrained(plain), test);
  const combinations: Surveyed[] = [];
  for (const combination of combinationsOf(options, task)) {
    try {
      const model = untrained(recipeOf(recipe, combination));
      const { table, episodes } = model.definition.labelTextSpec()
        ? await drawEvaluation(model, test)
        : drawn;
      const timedEpisodes = episodes.slice(0, EPISODES);
      const score = () =>
        timed(() =>
          scoreEpisodes(model.inference, model.weights, table, timedEpisodes, model.definition.view),
        );
      const [first, again] = [await score(), await score()];
      // The last validation, further ones to fit the certainty, and the test.
      const validations = 2 + (prepared.validation?.otherWays.length ?? 0);
      const scored = validations * common.train.evalEpisodes + episodes.length;
      // Two programs are compiled: for the validation episodes and, with constant weights, for the test.
      const seconds = 2 * Math.max(0, first - again) + (again / EPISODES) * scored;
      combinations.push({ ...combination, seconds });
    } catch (error) {
      // Predictions of untrained weights that are not finite are reported when the combination is trained.
      if (error instanceof InputError && error.code.startsWith("evaluate/not-finite")) {
        combinations.push({ ...combination, seconds: 0 });
        continue;
      }
      if (!(error instanceof InputError)) throw error;
      combinations.push({ ...combination, impossible: error.message, seconds: 0 });
    }
  }
  const { name, accuracy, mse, halfWidth } = chanceRow(drawn);
  const chance = { name, accuracy, mse, halfWidth };
  const notices = [...data.notices, ...prepared.notices];
  const { digest } = prepared;
  return { protocol: drawn.protocol, chance, digest, notices, recipe, startSeconds, combinations };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
