/** The combinations of a comparison, and the recipe of each. */

import { comparisonDefaults } from "../base/defaults.js";
import { InputError } from "../base/errors.js";
import type { TaskKind } from "../data/index.js";
import { type FusionName, fusions } from "../fusion/index.js";
import { learnerOf, learners, learnersOf } from "../learner/index.js";
import { parseRecipe, type RecipeInput } from "../model/recipe.js";
import type { Combination, CompareOptions } from "./types.js";

/** Throw an `InputError` for a name that is in no table. */
export function checkNames(options: CompareOptions): void {
  check("learner", options.learners ?? [], Object.keys(learners));
  check("fusion", options.fusions ?? [], Object.keys(fusions));
}

function check(kind: string, given: readonly string[], names: readonly string[]): void {
  const unknown = given.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new InputError({
    code: "compare/unknown-method",
    where: `option ${kind}s`,
    problem: `there is no ${kind} "${unknown}"`,
    expected: names.join(" or "),
    remedy: "Correct the name, or leave the option out for its default.",
  });
}

/** Learners × fusions, fusions changing first. */
export function combinationsOf(options: CompareOptions, task: TaskKind): Combination[] {
  const { learners = learnersOf(task), fusions = [fusionOf(options.recipe ?? {}, task)] } = options;
  return learners.flatMap((learner) => fusions.map((fusion) => ({ learner, fusion })));
}

/** The recipe's fusion, or the default for its view and alignment. */
function fusionOf({ fusion, alignment, episode = {} }: RecipeInput, task: TaskKind): FusionName {
  const { supportModalities, queryModalities, labelShots } = episode;
  const view = { supportModalities, queryModalities, labelShots };
  return parseRecipe({ task, fusion, alignment, episode: view }, "recipe").fusion;
}

/** The recipe that all combinations share. It states a way, so that all are tested on the same episodes. */
export function commonRecipe(recipe: RecipeInput, task: TaskKind): RecipeInput {
  const way = recipe.episode?.way ?? (task === "classification" ? comparisonDefaults.way : undefined);
  return { ...recipe, task, episode: { ...recipe.episode, way } };
}

/**
 * The recipe of a combination. Learner options of the common recipe apply to that learner only; a learner that trains on
 * batches of all classes has no way. Throws an `InputError` if the recipe does not fit the combination.
 */
export function recipeOf(common: RecipeInput, { learner, fusion }: Combination): RecipeInput {
  const given = common.learner as { readonly name?: string } | string | undefined;
  const named = typeof given === "object" && given.name === learner ? given : { name: learner };
  const combined = { ...common, learner: named as RecipeInput["learner"], fusion };
  const { learner: complete, task } = parseRecipe(combined, "recipe");
  if (learnerOf(complete, task).batch === undefined) return combined;
  const { way: _, ...episode } = combined.episode ?? {};
  return { ...combined, episode };
}
