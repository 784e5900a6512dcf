/** Restricts a recipe and its data to one modality, for training a unimodal model. */

import { InputError } from "../base/errors.js";
import type { Dataset } from "../data/index.js";
import { learnerOf } from "../learner/index.js";
import { mostOf, type Recipe } from "../model/index.js";
import { type PrepareOptions, prepareData, type TrainingData } from "./data.js";

/** A complete recipe and its prepared data. */
export interface Prepared {
  readonly recipe: Recipe;
  readonly data: TrainingData;
}

/**
 * Restrict a recipe to `modalities`. With a single modality, support and query both use it; label shots stay only if that
 * modality encodes label text.
 */
export function restrictRecipe(
  recipe: Recipe,
  modalities: readonly string[],
  labelText: string | undefined,
): Recipe {
  if (modalities.length === recipe.modalities!.length) return recipe;
  const encoders = Object.fromEntries(modalities.map((name) => [name, recipe.encoders[name]]));
  const augment = Array.isArray(recipe.augment)
    ? recipe.augment.filter((name) => modalities.includes(name))
    : recipe.augment;
  const { supportModalities: _, queryModalities: __, labelShots, ...episode } = recipe.episode;
  const keepsLabelShots =
    labelShots !== undefined && labelText !== undefined && modalities.includes(labelText);
  return {
    ...recipe,
    modalities: [...modalities],
    encoders,
    augment,
    episode: { ...episode, ...(keepsLabelShots && { labelShots }) },
  };
}

/**
 * The data of one modality: the rows that have it, in episodes of as many classes as these allow. All rows, if all have it
 * or if those that do are too few for an episode.
 */
export async function prepareUnimodal(
  modality: string,
  all: Prepared,
  dataset: Dataset,
  options: PrepareOptions,
): Promise<Prepared> {
  const { recipe, data } = all;
  const tables = [data.table, ...(data.validation ? [data.validation.table] : [])];
  const { way, labelShots } = recipe.episode;
  if (labelShots || tables.every(({ columns }) => columns[modality].present.every(Boolean))) return all;
  const { fixedWay, batch } = learnerOf(recipe.learner, recipe.task);
  try {
    const unimodal = await prepareData(dataset, recipe, {
      ...options,
      modalities: [modality],
      ...(fixedWay ? { way } : { mostWay: mostOf(way) }),
    });
    const episode = batch === undefined ? { ...recipe.episode, way: unimodal.way } : recipe.episode;
    return {
      recipe: { ...recipe, episode },
      data: { ...unimodal, specs: { ...data.specs, ...unimodal.specs } },
    };
  } catch (error) {
    if (error instanceof InputError && error.code === "data/too-few-eligible") return all;
    throw error;
  }
}
