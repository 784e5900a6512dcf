/** The error for a loss that is not finite, and the warnings for a loss or score worse than that of a constant prediction. */

import { InputError } from "../base/errors.js";
import { random } from "../base/random.js";
import { EXTREME, largestInput } from "../episode/index.js";
import { supportMeanError } from "../evaluate/index.js";
import { extremeInput, lowerRate, mostOf, type Recipe } from "../model/index.js";
import type { Best, LeftOut } from "./checkpoint.js";
import type { TrainingData } from "./data.js";

/** A step at which training stops. */
interface FailedStep {
  readonly part: string;
  readonly step: number;
  /** What is not finite: `the loss is NaN`. */
  readonly problem: string;
  /** Steps left out in a row, this one included. */
  readonly inARow: number;
  /** The run folder, where the step is saved. */
  readonly folder?: string;
  /** The path of the last checkpoint. */
  readonly checkpoint?: string;
}

/** The error for a step that is not finite. It names an extreme input if there is one, or else the learning rates. */
export function diverged(
  failed: FailedStep,
  { table, sampler }: Pick<TrainingData, "table" | "sampler">,
  recipe: Recipe,
): InputError {
  const { part, step, inARow } = failed;
  const episodes = Array.from({ length: recipe.train.metaBatch }, (_, i) => {
    const { support, query, classes } = sampler.draw(random(recipe.seed, "train", step, i));
    const rows = [...support, ...query].map(({ row }) => row);
    return { episode: i + 1, classes, largest: largestInput(table, rows) };
  });
  const { episode, classes, largest } = episodes.reduce((most, own) =>
    (own.largest?.size ?? 0) > (most.largest?.size ?? 0) ? own : most,
  );
  const repeated = inARow > 1 ? `, and ${inARow} steps in a row were left out` : "";
  const problem = `${failed.problem}${repeated}`;
  const drawn = `episode ${episode} of step ${step} (${shortList(classes)})`;
  const far = `${Number(largest?.size.toPrecision(3))} standard deviations from the train rows' mean`;
  if (largest && !(largest.size < EXTREME)) {
    const at = `a value is ${far}, and in ${drawn} ${problem}`;
    const { parts } = extremeInput("train/extreme-input", largest.where, at);
    return new InputError({ ...parts, remedy: `${parts.remedy} ${next(failed, recipe)}` });
  }
  const inputs = largest
    ? `. The inputs are ordinary: the largest, of ${largest.modality} in ${drawn}, is ${far} (${largest.where})`
    : "";
  return new InputError({
    code: "train/diverged",
    where: `step ${step} of ${part}`,
    problem: `training diverged: ${problem}${inputs}`,
    expected: "a finite loss, gradient and update",
    remedy: `${lowerRate(recipe)} Or ${clipping(recipe)}. ${next(failed, recipe)}`,
  });
}

const clipping = ({ train: { clipNorm } }: Recipe) =>
  clipNorm === undefined
    ? "clip the gradient with train.clipNorm (--clip-norm 1)"
    : `lower train.clipNorm (now ${clipNorm})`;

/** What to do with the step and the last checkpoint. */
function next({ step, folder, checkpoint }: FailedStep, { train: { onNan } }: Recipe): string {
  const skip = checkpoint
    ? "--resume --on-nan skip continues there without such steps"
    : "--on-nan skip leaves such steps out";
  return [
    ...(checkpoint ? [`The last checkpoint is ${checkpoint}${onNan === "skip" ? "" : `; ${skip}`}.`] : []),
    ...(checkpoint || onNan === "skip" ? [] : [`There is no checkpoint yet; ${skip}.`]),
    ...(folder ? [`See the step with metamodal runs replay ${folder} ${step}.`] : []),
  ].join(" ");
}

const LISTED = 3;
const shortList = (names: readonly string[]) =>
  `${names.slice(0, LISTED).join(", ")}${names.length > LISTED ? ", …" : ""}`;

/** The warning for a training that left steps out; undefined if it did not. */
export const leftOutText = ({ total }: LeftOut, steps: number): string | undefined =>
  total === 0
    ? undefined
    : `${total} of ${steps} steps were left out, since their loss, gradient or update was not finite.`;

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
