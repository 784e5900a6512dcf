/** Which combinations are compared, and the recipe of each. */

import { comparisonDefaults } from "../base/defaults.js";
import { InputError } from "../base/errors.js";
import type { TaskKind } from "../data/index.js";
import { type FusionName, fusions } from "../fusion/index.js";
import { learnerOf, learners, learnersOf } from "../learner/index.js";
import { parseRecipe, type RecipeInput } from "../model/recipe.js";
import type { Combination, CompareOptions } from "./types.js";

/** Throws an `InputError` for a name that is in no table. */
export function checkNames({ learners: asked = [], fusions: joined = [] }: CompareOptions): void {
  check("learner", asked, Object.keys(learners));
  check("fusion", joined, Object.keys(fusions));
}

function check(kind: string, asked: readonly string[], names: readonly string[]): void {
  const unknown = asked.find((name) => !names.includes(name));
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

/** The recipe's fusion, or the default of its view and alignment. */
function fusionOf({ fusion, alignment, episode = {} }: RecipeInput, task: TaskKind): FusionName {
  const { supportModalities, queryModalities, labelShots } = episode;
  const view = { supportModalities, queryModalities, labelShots };
  return parseRecipe({ task, fusion, alignment, episode: view }, "recipe").fusion;
}

/** What all combinations have in common: their way is one, so that all answer the same questions. */
export function commonRecipe(recipe: RecipeInput, task: TaskKind): RecipeInput {
  const way = recipe.episode?.way ?? (task === "classification" ? comparisonDefaults.way : undefined);
  return { ...recipe, task, episode: { ...recipe.episode, way } };
}

/**
 * The recipe of one. Options that the common recipe gives its learner hold for that learner alone; a learner that is
 * trained by batches of all classes has no way of its own. Throws an `InputError` where the recipe cannot be its.
 */
export function recipeOf(common: RecipeInput, { learner, fusion }: Combination): RecipeInput {
  const given = common.learner as { readonly name?: string } | string | undefined;
  const named = typeof given === "object" && given.name === learner ? given : { name: learner };
  const own = { ...common, learner: named as RecipeInput["learner"], fusion };
  const { learner: complete, task } = parseRecipe(own, "recipe");
  if (learnerOf(complete, task).batch === undefined) return own;
  const { way: _, ...episode } = own.episode ?? {};
  return { ...own, episode };
}
