/** The card of a trained model, from its recipe, its data and its training. */

import type { Dataset } from "../data/index.js";
import type { Runtime } from "../engine/run/options.js";
import type { ModalitySpec } from "../modality/index.js";
import { libraryVersions } from "../model/index.js";
import type { Model } from "../model/model.js";
import type { Recipe } from "../model/recipe.js";
import type { TrainingData } from "./data.js";
import { seenBy } from "./from.js";
import type { TrainedPart } from "./trained-part.js";

/** The card of a trained model. */
export function cardOf(
  recipe: Recipe,
  specs: Record<string, ModalitySpec>,
  data: Dataset,
  { split, held, targets, unusedRows }: TrainingData,
  { steps, selectedStep, validation, certainty, runtime }: TrainedPart & { readonly runtime: Runtime },
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
    training: { steps, selectedStep, validation, runtime },
    certainty,
    alone: [],
    libraries: libraryVersions(),
  };
}
