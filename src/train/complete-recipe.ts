/** Completes a recipe in two stages: before the data are prepared (defaults, task), and after (modalities, encoders, way). */

import { InputError } from "../base/errors.js";
import { type Dataset, taskOf } from "../data/index.js";
import { defaultEncoder } from "../encoder/index.js";
import { absoluteModel } from "../modality/index.js";
import type { Model } from "../model/model.js";
import { parseRecipe, type Recipe, type RecipeInput } from "../model/recipe.js";
import type { TrainingData } from "./data.js";
import { asStated, withDefaults } from "./defaults.js";
import type { DefaultChoice } from "./events.js";
import { likeModel } from "./from.js";
import { type WithNamedEncoders, withNamedEncoders } from "./named-encoders.js";

/** A recipe before its data are prepared. */
interface StatedRecipe {
  readonly recipe: Recipe;
  /** The largest way of the data's default recipe. */
  readonly mostWay?: number;
  /** The fields that were filled in by the kinds of the data's modalities. */
  readonly chosen: readonly DefaultChoice[];
}

/** Parse `input`, with the network of the model to start from or the defaults of the data's kinds filled in. */
export function recipeFor(input: RecipeInput, data: Dataset, from: Model | undefined): StatedRecipe {
  const named = withNamedEncoders(input, data);
  const { recipe: filled, mostWay, chosen } = from ? asStated(named) : withDefaults(named, data);
  const like = likeModel(filled, from);
  const encoders = absoluteEncoders(like.encoders);
  const recipe = parseRecipe(
    { data: data.path, ...like, encoders, task: taskFor(data, filled.task) },
    "recipe",
  );
  return { recipe, mostWay, chosen };
}

/** The recipe with what the prepared data decide: modalities, encoders, way. */
export function completeRecipe(recipe: Recipe, { specs, way }: TrainingData): Recipe {
  for (const name of Object.keys(recipe.encoders))
    if (!Object.hasOwn(specs, name))
      throw new InputError({
        code: "recipe/encoder-without-modality",
        where: `recipe, field "encoders.${name}"`,
        problem: `"${name}" is not among the modalities in use`,
        expected: Object.keys(specs).join(" or "),
        remedy: "Correct the name, or add it to the modalities.",
      });
  const unknown = [recipe.augment]
    .flat()
    .find((name) => typeof name === "string" && !Object.hasOwn(specs, name));
  if (unknown)
    throw new InputError({
      code: "recipe/augment-without-modality",
      where: 'recipe, field "augment"',
      problem: `"${unknown}" is not among the modalities in use`,
      expected: `true, false, or some of ${Object.keys(specs).join(", ")}`,
      remedy: "Correct the name, or add it to the modalities.",
    });
  const encoders = Object.fromEntries(
    Object.entries(specs).map(([name, { kind }]) => [
      name,
      Object.hasOwn(recipe.encoders, name) ? recipe.encoders[name] : defaultEncoder(kind),
    ]),
  );
  const { data: _, ...portable } = recipe;
  const complete = {
    ...portable,
    modalities: Object.keys(specs),
    encoders,
    episode: { ...recipe.episode, way },
  };
  return parseRecipe(complete, "recipe");
}

/** The kind of task of the data's labels. A recipe's `task` may only repeat it. */
function taskFor(data: Dataset, stated: RecipeInput["task"]): RecipeInput["task"] {
  const found = taskOf(data.rows);
  if (!found || !stated || stated === found) return found ?? stated;
  throw new InputError({
    code: "recipe/task",
    where: 'recipe, field "task"',
    problem: `the value is ${stated}`,
    expected: `${found}, since the labels of ${data.name} are ${found === "regression" ? "numbers" : "strings"}`,
    remedy: "Leave it out, or write numbers as numbers and classes as strings in the data.",
  });
}

/** Encoders with absolute paths of pretrained models, so that the trained model finds them from any directory. */
const absoluteEncoders = (
  encoders: WithNamedEncoders<RecipeInput>["encoders"] = {},
): RecipeInput["encoders"] =>
  Object.fromEntries(
    Object.entries(encoders).map(([modality, encoder]) => {
      const { model } = Object(encoder);
      return [
        modality,
        typeof model === "string" ? { ...(encoder as object), model: absoluteModel(model) } : encoder,
      ];
    }),
  ) as RecipeInput["encoders"];
