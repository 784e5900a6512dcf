/** The error for a loss that is not finite, and the warnings for a loss or score worse than that of a constant prediction. */

import { RunError } from "../base/errors.js";
import { random } from "../base/random.js";
import { EXTREME, largestInput } from "../episode/index.js";
import { supportMeanError } from "../evaluate/index.js";
import { extremeInput, lowerRate, mostOf, type Recipe } from "../model/index.js";
import type { Best } from "./checkpoint.js";
import type { TrainingData } from "./data.js";

/** The error for a step whose loss is not finite. It names an extreme input if there is one, or else the learning rates. */
export function diverged(
  step: number,
  loss: number,
  { table, sampler }: Pick<TrainingData, "table" | "sampler">,
  recipe: Recipe,
): Error {
  const episodes = Array.from({ length: recipe.train.metaBatch }, (_, i) => {
    const { support, query, classes } = sampler.draw(random(recipe.seed, "train", step, i));
    const rows = [...support, ...query].map(({ row }) => row);
    return { episode: i + 1, classes, largest: largestInput(table, rows) };
  });
  const { episode, classes, largest } = episodes.reduce((most, own) =>
    (own.largest?.size ?? 0) > (most.largest?.size ?? 0) ? own : most,
  );
  const at = `step ${step}`;
  if (!largest)
    return new RunError(
      "train/diverged",
      `training diverged: the loss is ${loss} at ${at}. ${lowerRate(recipe)}`,
    );
  const { modality, where, size } = largest;
  const drawn = `episode ${episode} of ${at} (${shortList(classes)})`;
  const far = `${Number(size.toPrecision(3))} standard deviations from the train rows' mean`;
  if (!(size < EXTREME))
    return extremeInput(
      "train/extreme-input",
      where,
      `a value is ${far}, and the loss of ${drawn} is ${loss}`,
    );
  return new RunError(
    "train/diverged",
    `training diverged: the loss is ${loss} at ${at}. The inputs are ordinary: the largest, of ${modality} in ${drawn}, is ${far} (${where}). ${lowerRate(recipe)}`,
  );
}

const LISTED = 3;
const shortList = (names: readonly string[]) =>
  `${names.slice(0, LISTED).join(", ")}${names.length > LISTED ? ", …" : ""}`;

/** Largest ratio of the mean loss of the last steps to that of a constant prediction. */
const EXPLODED = 10;

/** The warning for a training that ends with losses far above that of a constant prediction; undefined if it does not. */
export function explosion(losses: readonly number[], recipe: Recipe): string | undefined {
  const constant = recipe.task === "regression" ? 1 : Math.log(Math.max(2, mostOf(recipe.episode.way)));
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  if (losses.length === 0 || mean <= EXPLODED * constant) return undefined;
  const of = recipe.task === "regression" ? "standardised labels" : "classes";
  return `the loss exploded: ${Number(mean.toPrecision(3))} on average over the last ${losses.length} steps, where one constant prediction of ${of} has ${Number(constant.toPrecision(3))}. ${lowerRate(recipe)}`;
}

/** The warning for a regression model worse than the mean of the support targets on validation; undefined if it is not. */
export function worseThanMean(
  best: Pick<Best, "score" | "halfWidth"> | undefined,
  { validation }: Pick<TrainingData, "validation">,
  recipe: Recipe,
): string | undefined {
  const mean = validation && supportMeanError(validation);
  if (!best || mean === undefined || best.score - best.halfWidth <= mean) return undefined;
  const rounded = (value: number) => Number(value.toPrecision(3));
  return `the model predicts worse than the support's mean: mse ${rounded(best.score)} on validation, where the mean has ${rounded(mean)}. ${lowerRate(recipe)} Or train longer.`;
}
