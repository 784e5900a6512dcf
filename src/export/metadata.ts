/** What is stated in every file of an export: `metadata_props` of ONNX, strings by unique keys. */

import { createHash } from "node:crypto";
import type { ModelCard } from "../model/card.js";
import { libraryVersions, type ModelDefinition } from "../model/index.js";
import { namesOf } from "./names.js";
import { preprocessingOf } from "./preprocessing.js";
import type { Capacity } from "./types.js";

export interface Described {
  readonly definition: ModelDefinition;
  readonly card: ModelCard;
  readonly capacity: Capacity;
  /** SHA-256 of the model's files. */
  readonly hash: string;
  /** The classes of a task in the order of its probabilities; absent if the support states them. */
  readonly classes?: readonly string[];
}

/** The version of metamodal. */
export const versionOf = (): string => libraryVersions().metamodal;

/** The metadata of the file of `graph`. */
export function metadataOf(
  { definition, card, capacity, hash, classes }: Described,
  graph: string,
): Record<string, string> {
  const { recipe, specs } = definition;
  const names = Object.entries(namesOf(definition));
  const json = (value: unknown) => JSON.stringify(value);
  return {
    producer: "metamodal",
    version: versionOf(),
    graph,
    task: recipe.task,
    learner: recipe.learner.name,
    fusion: recipe.fusion,
    recipe_hash: createHash("sha256").update(json(recipe)).digest("hex"),
    model_hash: hash,
    capacity: json(capacity),
    classes: classes ? json(classes) : "numbers 0 to way - 1, as support_labels states them",
    modalities: json(Object.fromEntries(names.map(([modality, { word }]) => [modality, word]))),
    preprocessing: json(
      Object.fromEntries(names.map(([modality, { word }]) => [word, preprocessingOf(specs[modality])])),
    ),
    licence: card.data.licence ?? "not stated by the training data",
  };
}
