/** What the data and training add to a recipe: modalities, encoders and way before, the model's card after. */

import { InputError } from "../base/errors.js";
import type { Dataset } from "../data/index.js";
import { defaultEncoder } from "../encoder/index.js";
import type { ModalitySpec } from "../modality/index.js";
import { libraryVersions } from "../model/index.js";
import type { Model } from "../model/model.js";
import { parseRecipe, type Recipe } from "../model/recipe.js";
import type { TrainingData } from "./data.js";
import { seenBy } from "./from.js";
import type { TrainedPart } from "./part.js";

/** The recipe with what the data decided: modalities, encoders, way. */
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

/** What model.json will say of a model. */
export function cardOf(
  recipe: Recipe,
  specs: Record<string, ModalitySpec>,
  data: Dataset,
  { split, held, targets, unusedRows }: TrainingData,
  { steps, selectedStep, validation, certainty }: TrainedPart,
  from: Model | undefined,
): Model["card"] {
  const { train, val, test } = split;
  return {
    recipe,
    modalities: specs,
    classes: { train, val, test, ...(from && { seen: seenBy(from) }) },
    ...(targets && { targets }),
    ...(held && { held }),
    data: {
      ...{ name: data.name, licence: data.licence, rows: data.rows.length, unusedRows },
      ...(data.reading && Object.keys(data.reading).length > 0 && { reading: data.reading }),
    },
    training: { steps, selectedStep, validation },
    certainty,
    alone: [],
    libraries: libraryVersions(),
  };
}
