/** Parse and read recipes: what to train and how. */

import { z } from "zod";
import { auxiliaries } from "../auxiliary/index.js";
import { InputError } from "../base/errors.js";
import { checkPath } from "../base/given.js";
import { readText } from "../data/index.js";
import { encoders } from "../encoder/index.js";
import { learners } from "../learner/index.js";
import { checkLearner, checkMethods } from "./recipe-checks.js";
import type { WithAllOptions } from "./recipe-choices.js";
import { defaultAuxiliary, defaultFusion, defaultWay, learnerWithDefaults } from "./recipe-defaults.js";
import { checked } from "./recipe-messages.js";
import { type Recipe, recipeSchema } from "./recipe-schema.js";

export { mostOf, type Recipe, type RecipeInput } from "./recipe-schema.js";

/**
 * Check a recipe and fill in its defaults.
 *
 * @param input the recipe, as {@link RecipeInput}; a string stands for the object `{ name }` of a method
 * @param where names the recipe in errors, such as the file's path
 * @throws {InputError} `recipe/unknown-key`, `recipe/bad-value` and other `recipe/…` codes, naming the field
 * @example
 * const recipe = parseRecipe({ learner: "maml", train: { steps: 500 } }, "recipe");
 * recipe.episode.way; // 20
 */
export function parseRecipe(input: unknown, where: string): Recipe {
  const recipe = checked(recipeSchema, input, where);
  const { task, fusion = defaultFusion(recipe) } = recipe;
  const { way = defaultWay(task), ...episode } = recipe.episode;
  const learner = withOptions(learners, learnerWithDefaults(recipe), where, ["learner"]);
  const auxiliary = withOptions(
    { none: { options: z.strictObject({}) }, ...auxiliaries },
    recipe.auxiliary ?? { name: defaultAuxiliary(fusion, task) },
    where,
    ["auxiliary"],
  );
  checkMethods({ learner: learner.name, fusion, auxiliary: auxiliary.name }, task, where);
  checkLearner(recipe, learner, way, where);
  const chosenEncoders = Object.entries(recipe.encoders).map(([modality, encoder]) => [
    modality,
    withOptions(encoders, encoder, where, ["encoders", modality]),
  ]);
  return inOrder({
    ...recipe,
    encoders: Object.fromEntries(chosenEncoders),
    fusion,
    auxiliary,
    learner,
    episode: { way, ...episode },
  });
}

/** A table's row by name, with its options checked and their defaults filled in. */
function withOptions<Table extends Readonly<Record<string, { readonly options: z.ZodObject }>>>(
  table: Table,
  { name, ...options }: { name: keyof Table & string },
  where: string,
  field: readonly string[],
): WithAllOptions<Table> {
  const chosen: unknown = { name, ...checked(table[name].options, options, where, field) };
  // The schema of the row of this name has made the options.
  return chosen as WithAllOptions<Table>;
}

/** The fields in the schema's order, so that a recipe read again is the same text. */
function inOrder(recipe: Recipe): Recipe {
  const fields = Object.keys(recipeSchema.shape).filter((field) => Object.hasOwn(recipe, field));
  const ordered: object = Object.fromEntries(fields.map((field) => [field, recipe[field as keyof Recipe]]));
  return ordered as Recipe;
}

/**
 * Read a recipe file without checking it; {@link parseRecipe} does.
 *
 * @param path path of a YAML file
 * @throws {InputError} `recipe/not-yaml`, or `data/…` if the file cannot be read
 * @example const recipe = parseRecipe(await readRecipe("recipe.yaml"), "recipe.yaml");
 */
export async function readRecipe(path: string): Promise<unknown> {
  checkPath(path, "readRecipe, path");
  const text = await readText(path);
  const { parse } = await import("yaml");
  try {
    return parse(text);
  } catch (error) {
    throw new InputError({
      code: "recipe/not-yaml",
      where: path,
      problem: (error as Error).message.split("\n")[0],
      expected: "YAML",
      remedy: "Correct the line.",
    });
  }
}
