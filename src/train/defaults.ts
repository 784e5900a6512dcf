/**
 * The default recipe of a data set: what `train DATA` uses for every field that nobody stated, by the kinds of the data's
 * modalities. The figures are those of the recipes in docs/results, which were chosen on validation classes; a new kind is
 * one row.
 *
 * They hold for the default learner. A recipe that states its learner, an encoder other than `default` or a model to start
 * from, that is closed or for regression, takes only the general defaults of the recipe's schema.
 */

import { trainingDefaults } from "../base/defaults.js";
import { type Dataset, groupsAreTasks, taskOf } from "../data/index.js";
import type { ModalityKind } from "../modality/index.js";
import type { RecipeInput } from "../model/recipe.js";
import type { EncoderChoices } from "../model/recipe-choices.js";
import type { DefaultChoice } from "./events.js";
import type { WithNamedEncoders } from "./named-encoders.js";

type Stated = WithNamedEncoders<RecipeInput>;

/** Values by their path in the recipe, as `--set` has it. */
type Fields = Readonly<Record<string, unknown>>;

interface Defaults {
  readonly fields: Fields;
  /** The encoder, if it is not the default encoder of the kind with default options. */
  readonly encoder?: { readonly name: string; readonly [option: string]: unknown };
  /** The largest number of classes in an episode; fewer if the data have fewer. */
  readonly mostWay: number;
  readonly why: string;
}

/** Settings measured on icons and emoji. */
const image: Defaults = {
  fields: { width: 32, augment: true, "episode.query": 3, "train.metaBatch": 2, "train.learningRate": 0.006 },
  mostWay: trainingDefaults.way,
  why: "images: small steps at a high learning rate, on augmented examples (docs/results/icons.md)",
};

/** Settings measured on Arabic speech commands. */
const audio: Defaults = {
  fields: { width: 64, augment: true, "episode.query": 3, "train.metaBatch": 2, "train.learningRate": 0.003 },
  mostWay: 10,
  why: "sounds: episodes of few classes, on augmented examples (docs/results/arabic_speech_commands.md)",
};

/** Settings measured on clinc150. */
const text: Defaults = {
  fields: {
    width: 1024,
    learner: "nearest-centroid",
    augment: true,
    "episode.query": 4,
    "train.metaBatch": 1,
    "train.learningRate": 0.001,
    "train.evalEpisodes": 300,
  },
  encoder: { name: "ngrams", hidden: 0 },
  mostWay: 40,
  why: "texts: training starts from a random projection of tf-idf, compared by cosines (docs/results/clinc150.md)",
};

/** Settings measured on Omniglot. */
const strokes: Defaults = {
  fields: { width: 32, "episode.query": 2, "train.metaBatch": 2, "train.learningRate": 0.012 },
  mostWay: 40,
  why: "strokes: small steps at a high learning rate (examples/omniglot.yaml)",
};

/** Settings measured on leaf100. */
const vector: Defaults = {
  fields: { width: 64 },
  encoder: { name: "linear" },
  mostWay: trainingDefaults.way,
  why: "vectors: a linear layer with orthogonal initialisation (docs/results/leaf100.md)",
};

const tabular: Defaults = { fields: {}, mostWay: trainingDefaults.way, why: "tables: the general defaults" };

const byKind: Readonly<Record<ModalityKind, Defaults>> = { image, audio, text, strokes, vector, tabular };

/** Settings measured on emoji, for several modalities; text among them has the default encoder of its kind. */
const several: Defaults = {
  fields: { width: 32, augment: true, "episode.query": 3, "train.metaBatch": 2, "train.learningRate": 0.006 },
  mostWay: trainingDefaults.way,
  why: "several modalities: small steps at a high learning rate, on augmented examples (docs/results/emoji.md)",
};

/** Settings measured on pmlb_tasks, for tasks that are tables of their own. */
const tables: Defaults = {
  fields: {
    width: 192,
    learner: "gda",
    normalisation: "support",
    "episode.query": 10,
    "train.metaBatch": 8,
    "train.learningRate": 0.005,
  },
  encoder: { name: "columns" },
  mostWay: 5,
  why: "each group is a table with columns of its own: Gaussian discriminants (docs/results/pmlb_tasks.md)",
};

/** Learning rates on vectors of the built-in encoders; the largest of those in use is taken. */
const builtinRates: Partial<Readonly<Record<ModalityKind, number>>> = {
  image: 0.002,
  audio: 0.00003,
  text: 0.0001,
};

/**
 * Settings for vectors of the built-in encoders, measured on emoji, icons, Arabic speech commands and clinc150. As wide as the
 * vectors, the linear layer starts as an isometry; sounds and texts have fewer classes to learn from, and take smaller steps.
 */
const builtin = (kinds: readonly ModalityKind[]): Defaults => ({
  fields: {
    width: kinds.includes("text") ? 1024 : 384,
    learner: "ridge",
    "episode.query": 3,
    "train.steps": 300,
    "train.metaBatch": 2,
    "train.learningRate": Math.max(...kinds.map((kind) => builtinRates[kind] ?? 0)) || 0.001,
    "train.evalEvery": 30,
    "train.evalEpisodes": 100,
  },
  mostWay: trainingDefaults.way,
  why: "the built-in encoders: ridge regression on a linear layer over their vectors (docs/pretrained.md)",
});

/** Shots of {@link tables} if most classes have twice as many rows. */
const TABLE_SHOTS = 5;

/** A recipe with the defaults of its data, the greatest way unless it is the general one, and what was chosen. */
interface Completed {
  readonly recipe: Stated;
  readonly mostWay?: number;
  readonly chosen: readonly DefaultChoice[];
}

/** A recipe to which no defaults of the data are added. */
export const asStated = (recipe: Stated): Completed => ({ recipe, chosen: [] });

/** Fill in what `stated` leaves open, by the kinds of the modalities in use. */
export function withDefaults(stated: Stated, data: Dataset): Completed {
  const names = stated.modalities ?? Object.keys(data.kinds);
  if (
    names.length === 0 ||
    areForOthers(stated, data) ||
    !names.every((name) => Object.hasOwn(data.kinds, name))
  )
    return asStated(stated);
  const kinds = names.map((name) => data.kinds[name].kind);
  const usesBuiltin = Object.keys(stated.encoders ?? {}).length > 0;
  const { fields, encoder: sole, mostWay, why } = usesBuiltin ? builtin(kinds) : defaultsOf(kinds, data);
  // The encoder of text alone wants a width that other kinds do not.
  const amongOthers = (kind: ModalityKind) => (kind === "text" ? undefined : byKind[kind].encoder);
  const encoders = names.flatMap((name, i): [string, unknown][] => {
    const encoder = kinds.length === 1 ? sole : amongOthers(kinds[i]);
    return encoder ? [[`encoders.${name}`, encoder]] : [];
  });
  const chosen: DefaultChoice[] = [];
  let recipe: Draft = { ...stated };
  for (const [field, value] of [...Object.entries(fields), ...encoders]) {
    const path = field.split(".");
    if (isStated(stated, path) || (field === "train.steps" && isStated(stated, ["train", "minutes"])))
      continue;
    recipe = withField(recipe, path, value);
    chosen.push({ field, value, why });
  }
  return { recipe: recipe as Stated, mostWay, chosen };
}

type Draft = { readonly [key: string]: unknown };

/** Whether a recipe states a field, or something that is no object in the place of what would hold it. */
export function isStated(recipe: unknown, [key, ...rest]: readonly string[]): boolean {
  const value = (recipe as Draft)[key];
  if (value === undefined) return false;
  return rest.length === 0 || typeof value !== "object" || value === null || isStated(value, rest);
}

const withField = (recipe: Draft, [key, ...rest]: readonly string[], value: unknown): Draft => ({
  ...recipe,
  [key]: rest.length > 0 ? withField((recipe[key] ?? {}) as Draft, rest, value) : value,
});

/** Whether the defaults were chosen for recipes of another kind than this. */
const areForOthers = ({ learner, encoders = {}, closed, task }: Stated, { rows }: Dataset): boolean =>
  learner !== undefined ||
  Object.values(encoders).some((encoder) => nameOf(encoder) !== "default") ||
  closed === true ||
  (task ?? taskOf(rows)) === "regression";

const nameOf = (encoder: EncoderChoices[string]) => (typeof encoder === "object" ? encoder.name : encoder);

function defaultsOf(kinds: readonly ModalityKind[], { rows }: Dataset): Defaults {
  if (kinds.length > 1) return several;
  if (kinds[0] !== "tabular" || !groupsAreTasks(rows)) return byKind[kinds[0]];
  if (!mostHave(rows, 2 * TABLE_SHOTS)) return tables;
  return { ...tables, fields: { ...tables.fields, "episode.shot": TABLE_SHOTS } };
}

/** Whether most classes of groups have at least `count` rows. */
function mostHave(rows: Dataset["rows"], count: number): boolean {
  const sizes = new Map<string, number>();
  for (const row of rows) {
    if (row.label === undefined) continue;
    const key = JSON.stringify([row.group, row.label]);
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
  }
  return [...sizes.values()].filter((size) => size >= count).length >= sizes.size / 2;
}
