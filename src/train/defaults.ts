/**
 * The default recipe of a data set: what `train DATA` uses for every field that nobody stated, by the kinds of the data's
 * modalities. The figures are those of the recipes in docs/results, which were chosen on validation classes; a new kind is
 * one row.
 *
 * They hold for the default learner. A recipe that states its learner, an encoder or a model to start from, that is closed
 * or for regression, takes only the general defaults of the recipe's schema.
 */

import { type Dataset, groupsAreTasks, taskOf, unitOf } from "../data/index.js";
import type { ModalityKind } from "../modality/index.js";
import type { RecipeInput } from "../model/recipe.js";
import type { DefaultChoice } from "./events.js";

/** Fields of a recipe, with the greatest way of an episode: data of fewer classes have fewer. */
interface Defaults {
  readonly recipe: Pick<RecipeInput, "width" | "learner" | "normalisation" | "augment" | "episode" | "train">;
  readonly encoder?: RecipeInput["encoders"] extends infer Encoders | undefined
    ? Encoders[keyof Encoders]
    : never;
  readonly mostWay: number;
  readonly why: string;
}

/** Pictures, as of icons and emoji. */
const image: Defaults = {
  recipe: {
    width: 32,
    augment: true,
    episode: { query: 3 },
    train: { metaBatch: 2, rate: 0.006 },
  },
  mostWay: 20,
  why: "images: many small steps at a high learning rate, on augmented examples (docs/results/icons.md)",
};

/** Sounds, as of Arabic speech commands. */
const audio: Defaults = {
  recipe: { width: 64, augment: true, episode: { query: 3 }, train: { metaBatch: 2, rate: 0.003 } },
  mostWay: 10,
  why: "sounds: episodes of fewer classes, on augmented examples (docs/results/arabic_speech_commands.md)",
};

/** Texts, as of clinc150. */
const text: Defaults = {
  recipe: {
    width: 1024,
    learner: "nearest-centroid",
    augment: true,
    episode: { query: 4 },
    train: { metaBatch: 1, rate: 0.001, evalEpisodes: 300 },
  },
  encoder: { name: "ngrams", hidden: 0 },
  mostWay: 40,
  why: "texts: a random projection of tf-idf, compared by cosines, is where training starts (docs/results/clinc150.md)",
};

/** Pen strokes, as of Omniglot. */
const strokes: Defaults = {
  recipe: { width: 32, episode: { query: 2 }, train: { metaBatch: 2, rate: 0.012 } },
  mostWay: 40,
  why: "strokes: small steps at a high learning rate (examples/omniglot.yaml)",
};

/** Measured vectors, as of leaf100. */
const vector: Defaults = {
  recipe: { width: 64 },
  encoder: { name: "linear" },
  mostWay: 20,
  why: "vectors: a linear map that keeps distances at first (docs/results/leaf100.md)",
};

const tabular: Defaults = { recipe: {}, mostWay: 20, why: "tables: the general defaults" };

const byKind: Readonly<Record<ModalityKind, Defaults>> = { image, audio, text, strokes, vector, tabular };

/** Several modalities, as of emoji and Omniglot. */
const several: Defaults = {
  recipe: { width: 32, augment: true, episode: { query: 3 }, train: { metaBatch: 2, rate: 0.006 } },
  mostWay: 20,
  why: "several modalities: small steps at a high learning rate, on augmented examples (docs/results/emoji.md)",
};

/** Tables of which each is a task, as of pmlb_tasks. */
const tables: Defaults = {
  recipe: {
    width: 192,
    learner: "gda",
    normalisation: "support",
    episode: { shot: 5, query: 10 },
    train: { metaBatch: 8, rate: 0.005 },
  },
  encoder: { name: "columns" },
  mostWay: 5,
  why: "each group is a table with columns of its own: Gaussian discriminants on columns (docs/results/pmlb_tasks.md)",
};

/** A recipe with the defaults of its data, the greatest way unless it is the general one, and what was chosen. */
export interface Completed {
  readonly recipe: RecipeInput;
  readonly mostWay?: number;
  readonly chosen: readonly DefaultChoice[];
}

/** Fill in what `stated` leaves open, by the kinds of the modalities in use. */
export function withDefaults(stated: RecipeInput, data: Dataset): Completed {
  const names = stated.modalities ?? Object.keys(data.kinds);
  const kinds = names.map((name) => data.kinds[name]?.kind);
  const isOwn =
    stated.learner !== undefined ||
    Object.keys(stated.encoders ?? {}).length > 0 ||
    stated.closed === true ||
    (stated.task ?? taskOf(data.rows)) === "regression";
  if (isOwn || kinds.some((kind) => kind === undefined)) return { recipe: stated, chosen: [] };
  const defaults = defaultsOf(kinds, data);
  const encoders = Object.fromEntries(
    names.flatMap((name, i) => {
      const { encoder } = kinds.length === 1 ? defaults : byKind[kinds[i]];
      return encoder && (kinds.length === 1 || kinds[i] !== "text") ? [[name, encoder]] : [];
    }),
  );
  const found: Record<string, unknown> = { ...defaults.recipe, ...(names.length > 0 && { encoders }) };
  const chosen: DefaultChoice[] = [];
  const fill = (from: object, into: object | undefined, path: string): object => {
    const filled: Record<string, unknown> = { ...into };
    for (const [key, value] of Object.entries(from)) {
      const field = path ? `${path}.${key}` : key;
      const known = filled[key];
      if (isFields(value) && (known === undefined || isFields(known)))
        filled[key] = "name" in value && known === undefined ? value : fill(value, known as object, field);
      else if (known === undefined) filled[key] = value;
      else continue;
      if (!isFields(value) || "name" in value) chosen.push({ field, value, why: defaults.why });
    }
    return filled;
  };
  return { recipe: fill(found, stated, "") as RecipeInput, mostWay: defaults.mostWay, chosen };
}

const isFields = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function defaultsOf(kinds: readonly ModalityKind[], data: Dataset): Defaults {
  const isTables = groupsAreTasks(data.rows) && kinds.length === 1 && kinds[0] === "tabular";
  if (isTables) return isFull(data, 10) ? tables : { ...tables, recipe: withoutShots(tables.recipe) };
  return kinds.length === 1 ? byKind[kinds[0]] : several;
}

/** Whether most classes of groups have at least `count` rows. */
function isFull({ rows }: Dataset, count: number): boolean {
  const sizes = new Map<string, number>();
  for (const row of rows) {
    if (row.label === undefined) continue;
    const key = JSON.stringify([unitOf(row), row.label]);
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
  }
  const full = [...sizes.values()].filter((size) => size >= count).length;
  return full >= sizes.size / 2;
}

const withoutShots = ({ episode: _, ...recipe }: Defaults["recipe"]): Defaults["recipe"] => recipe;
