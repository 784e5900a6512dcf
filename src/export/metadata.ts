/** What an export states about itself: in `metadata_props` of every file, strings by unique keys, and on its page. */

import { sha256 } from "../base/sha256.js";
import type { TaskKind } from "../data/index.js";
import type { ModelCard } from "../model/card.js";
import { libraryVersions, type ModelDefinition } from "../model/index.js";
import { encodeTaskFile } from "../teach/file.js";
import type { TaughtTask } from "../teach/task.js";
import { namesOf } from "./names.js";
import { preprocessingOf } from "./preprocessing.js";
import type { Capacity } from "./types.js";

export interface Described {
  /** The title of the page. */
  readonly title: string;
  readonly task: TaskKind;
  readonly capacity: Capacity;
  /** The classes of a task in the order of its probabilities; absent if the support states them. */
  readonly classes?: readonly string[];
  /** The modalities as words of names. */
  readonly words: Readonly<Record<string, string>>;
  /** How values become input arrays, by word. */
  readonly preprocessing: Readonly<Record<string, object>>;
  /** Further metadata. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The version of metamodal. */
export const versionOf = (): string => libraryVersions().metamodal;

interface OfModel {
  readonly definition: ModelDefinition;
  readonly card: ModelCard;
  /** SHA-256 of the model's files. */
  readonly hash: string;
}

/** The description of a model, or of a task of `classes`. */
export function describedModel(
  { definition, card, hash }: OfModel,
  capacity: Capacity,
  classes?: readonly string[],
): Described {
  const { recipe, specs, modalities } = definition;
  const names = Object.entries(namesOf(definition));
  return {
    title: `${recipe.learner.name} over ${modalities.join(" and ")}`,
    task: recipe.task,
    capacity,
    ...(classes && { classes }),
    words: Object.fromEntries(names.map(([modality, { word }]) => [modality, word])),
    preprocessing: Object.fromEntries(
      names.map(([modality, { word }]) => [word, preprocessingOf(specs[modality])]),
    ),
    fields: {
      learner: recipe.learner.name,
      fusion: recipe.fusion,
      recipe_hash: sha256(JSON.stringify(recipe)),
      model_hash: hash,
      licence: card.data.licence ?? "not stated by the training data",
    },
  };
}

/** The description of a taught task; `words` has the modalities that are not left out. */
export const describedTaught = (
  task: TaughtTask,
  { words, preprocessing }: Pick<Described, "words" | "preprocessing">,
): Described => ({
  title: `A taught task of ${Object.keys(words).join(" and ")}`,
  task: task.file.task,
  capacity: { way: Math.max(1, task.classes.length), shot: 0, support: 0 },
  classes: task.classes,
  words,
  preprocessing,
  fields: {
    learner: "base",
    task_hash: sha256(encodeTaskFile(task.file)),
    licence: "of the encoders: encoders/NOTICE; of the examples: not stated",
  },
});

/** The metadata of the file of `graph`. */
export const metadataOf = (described: Described, graph: string): Record<string, string> => ({
  producer: "metamodal",
  version: versionOf(),
  graph,
  task: described.task,
  ...described.fields,
  capacity: JSON.stringify(described.capacity),
  ...(described.task !== "regression" && {
    classes: described.classes
      ? JSON.stringify(described.classes)
      : "numbers 0 to way - 1, as support_labels states them",
  }),
  modalities: JSON.stringify(described.words),
  preprocessing: JSON.stringify(described.preprocessing),
});
