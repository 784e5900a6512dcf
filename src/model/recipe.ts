/** Recipes: what to train and how. Strict: an unknown key is an error that names it. */

import { parse } from "yaml";
import { z } from "zod";
import { alignments } from "../alignment/index.js";
import { auxiliaries, auxiliaryMethodOf } from "../auxiliary/index.js";
import { InputError } from "../base/errors.js";
import { suggestion } from "../base/nearest.js";
import { readText, type TaskKind, taskKinds } from "../data/index.js";
import { encoders } from "../encoder/index.js";
import { fusionOf, fusions } from "../fusion/index.js";
import {
  defaultLearner,
  type Learner,
  learnerMethodOf,
  learnerOf,
  learners,
  learnersOf,
} from "../learner/index.js";
import { renamedRecipeKey } from "./migration.js";

const nameOf = (table: object) => z.enum(Object.keys(table) as [string, ...string[]]);
/** `name` or `{ name, … }`, kept as an object. */
const named = <S extends z.ZodType>(name: S) =>
  z.preprocess((value) => (typeof value === "string" ? { name: value } : value), z.looseObject({ name }));
const count = z.number().int().min(1);
const way = z.number().int().min(1);
const modalityNames = z
  .array(z.string())
  .min(1)
  .refine((names) => new Set(names).size === names.length, { message: "each modality once" });

const recipeSchema = z.strictObject({
  /** The data set's folder. */
  data: z.string().optional(),
  /** The folder of a model whose encoders and fusion training starts from. */
  from: z.string().optional(),
  /** What labels are: names of classes, or numbers. The data decide it. */
  task: z.enum(taskKinds).default("classification"),
  /** Plain supervised learning: val and test hold other rows of the train classes. */
  closed: z.boolean().default(false),
  /** Modalities in order; by default all that the data has. */
  modalities: modalityNames.optional(),
  /** Encoder by modality; by default its kind's. */
  encoders: z.record(z.string(), named(nameOf(encoders))).default({}),
  /** Features a vector has, and channels of a convolution unless its encoder is given others. */
  width: count.max(1024).default(64),
  /** By default {@link defaultFusion}. */
  fusion: nameOf(fusions).optional(),
  alignment: z
    .preprocess(
      (value) => (typeof value === "string" ? { name: value } : value),
      z.strictObject({ name: nameOf({ none: 0, ...alignments }), weight: z.number().min(0).default(0.1) }),
    )
    .default({ name: "none", weight: 0 }),
  /** By default `unimodal` with a product of experts for classes, else `none`. */
  auxiliary: named(nameOf({ none: 0, ...auxiliaries })).optional(),
  /** By default prototypical, supervised if `closed`, or ridge for regression. */
  learner: named(nameOf(learners)).optional(),
  /** Whose statistics normalise whom; by default the learner's choice. */
  normalisation: z.enum(["running", "support"]).optional(),
  /** Whether training examples are changed a little each time they are drawn: all modalities, or those named. */
  augment: z.union([z.boolean(), z.array(z.string())]).default(false),
  episode: z
    .strictObject({
      /** Classes an episode, by default 20; 1 where labels are numbers, since a group is an episode. */
      way: z
        .union([way, z.tuple([way, way]).refine(([least, most]) => least <= most, { message: "[min, max]" })])
        .optional(),
      shot: count.default(1),
      query: count.default(5),
      /** What support and query show (data/view.ts); all modalities, when absent. */
      supportModalities: modalityNames.optional(),
      queryModalities: modalityNames.optional(),
      /** Support examples a class that show the text of its label alone; none, when absent. */
      labelShots: z.number().int().min(0).optional(),
      across: z.enum(["group"]).nullable().default(null),
      mode: z.enum(["inductive", "transductive"]).default("inductive"),
    })
    .prefault({}),
  train: z
    .strictObject({
      /** Meta-training steps, 0 for a model as training would begin; leave out for a budget in minutes. */
      steps: z.number().int().min(0).optional(),
      /** Minutes to train for, where `steps` is absent. */
      minutes: z.number().positive().default(5),
      /** Episodes a step. */
      metaBatch: count.default(4),
      /** How parameters follow the meta-gradient. Reptile's own is `sgd` with a learning rate near 1. */
      optimizer: z.enum(["adam", "sgd"]).default("adam"),
      learningRate: z.number().positive().default(0.001),
      /**
       * Steps between evaluations on the validation classes, which are also checkpoints; when absent, 200 of a number of
       * steps, and twenty evaluations over a budget in minutes, which ends sooner when these stop improving.
       */
      evalEvery: count.optional(),
      /** Episodes of each such evaluation. */
      evalEpisodes: count.default(200),
    })
    .prefault({}),
  seed: z.number().int().min(0).default(0),
});

type Checked = z.output<typeof recipeSchema>;
/** A method with its options. */
type Chosen = { name: string; [option: string]: unknown };
type Way = number | [least: number, most: number];
/** A complete recipe. */
export type Recipe = Omit<Checked, "fusion" | "auxiliary" | "learner" | "episode"> & {
  fusion: string;
  auxiliary: Chosen;
  learner: Chosen;
  episode: Omit<Checked["episode"], "way"> & { way: Way };
};
/** What a user may write; everything has a default. */
export type RecipeInput = z.input<typeof recipeSchema>;

/** Check a recipe; `where` names the file in errors. */
export function parseRecipe(input: unknown, where: string): Recipe {
  const recipe = checked(recipeSchema, input, where);
  const { task } = recipe;
  const able = learnersOf(task);
  const asked = recipe.learner ?? { name: recipe.closed ? "supervised" : defaultLearner[task] };
  // A recipe that states its rate states its steps, as those of models of earlier versions do.
  const usual =
    task === "regression" && !("innerLearningRate" in asked)
      ? learnerMethodOf(asked.name).regressionDefaults?.(recipe.width)
      : {};
  const learner = withOptions(learners, { ...usual, ...asked }, where, ["learner"]);
  const { name } = learner;
  if (!able.includes(name)) throw unfit("learner", name, able, task, where);
  const fusion = recipe.fusion ?? defaultFusion(recipe);
  checkFusion(fusion, task, where);
  const { way = task === "regression" ? 1 : 20, ...episode } = recipe.episode;
  checkWay(way, task, where);
  const { fixedWay, normalisations, known, batch, idle } = learnerOf(learner, task);
  if (idle) throw learningNothing(learner, idle, where);
  if (batch !== undefined) checkWhole(recipe.episode, name, where);
  if (recipe.closed && !known) throw notClosed(name, task, where);
  if (fixedWay && typeof way !== "number") throw variableWay(name, way, where);
  const chosen = Object.entries(recipe.encoders).map(([modality, encoder]) => [
    modality,
    withOptions(encoders, encoder, where, ["encoders", modality]),
  ]);
  if (recipe.normalisation && !normalisations.includes(recipe.normalisation))
    throw new InputError({
      code: "recipe/normalisation",
      where: `${where}, field "normalisation"`,
      problem: `${name} cannot use ${recipe.normalisation}`,
      expected: normalisations.filter((choice) => choice !== "batch").join(" or "),
      remedy: "Leave it out for the learner's own.",
    });
  return inOrder({
    ...recipe,
    fusion,
    encoders: Object.fromEntries(chosen),
    learner,
    auxiliary: auxiliaryOf(recipe.auxiliary ?? { name: defaultAuxiliary(fusion, task) }, task, where),
    episode: { way, ...episode },
  });
}

/** The fields in the schema's order, whichever were stated, so that a recipe read again is the same text. */
function inOrder(recipe: Recipe): Recipe {
  const fields = Object.keys(recipeSchema.shape).filter((field) => Object.hasOwn(recipe, field));
  return Object.fromEntries(fields.map((field) => [field, recipe[field as keyof Recipe]])) as Recipe;
}

/**
 * The fusion of a recipe that names none. Classes: each modality predicts by itself, so that support and query are
 * compared by the modalities that both have. Gated where modalities share one space instead (support and query show
 * different ones, names of classes are examples, or an alignment is chosen), and where labels are numbers, to which
 * modalities may add up.
 */
function defaultFusion({ task, alignment, episode }: Checked): "product-of-experts" | "gated" {
  const { supportModalities: support, queryModalities: query, labelShots = 0 } = episode;
  const isCrossModal = [support].flat().sort().join() !== [query].flat().sort().join();
  const sharesSpace = isCrossModal || labelShots > 0 || alignment.name !== "none";
  return task === "regression" || sharesSpace ? "gated" : "product-of-experts";
}

/** The auxiliary objective of a recipe that names none: a product of experts for classes trains each of them by itself too. */
const defaultAuxiliary = (fusion: string, task: TaskKind): "unimodal" | "none" =>
  fusion === "product-of-experts" && task === "classification" ? "unimodal" : "none";

/** A method that learns nothing from labels of the task's kind; `able` are those that do. */
const unfit = (
  field: "learner" | "fusion" | "auxiliary",
  name: string,
  able: readonly string[],
  task: TaskKind,
  where: string,
) =>
  new InputError({
    code: `recipe/${field}-task`,
    where: `${where}, field "${field}"`,
    problem: `${name} cannot learn from ${task === "regression" ? "numbers" : "classes"}, which the labels are`,
    expected: able.join(" or "),
    remedy: "Choose one of these, or leave the field out.",
  });

const learningNothing = (
  learner: Chosen,
  { option, expected }: NonNullable<Learner["idle"]>,
  where: string,
) =>
  new InputError({
    code: "recipe/learns-nothing",
    where: `${where}, field "learner.${option}"`,
    problem: `the value is ${JSON.stringify(learner[option])}, with which ${learner.name} learns nothing`,
    expected,
    remedy: "Correct the field, or leave it out for its default.",
  });

function checkFusion(name: string, task: TaskKind, where: string): void {
  const able = Object.keys(fusions).filter((key) => !fusionOf(key).readsLabels);
  if (task === "regression" && !able.includes(name)) throw unfit("fusion", name, able, task, where);
}

function auxiliaryOf(asked: { name: string }, task: TaskKind, where: string): Chosen {
  const none = { options: z.strictObject({}) };
  const auxiliary = withOptions({ none, ...auxiliaries }, asked, where, ["auxiliary"]);
  const { name } = auxiliary;
  const able = [
    "none",
    ...Object.keys(auxiliaries).filter((key) => auxiliaryMethodOf(key)!.tasks.includes(task)),
  ];
  if (!able.includes(name)) throw unfit("auxiliary", name, able, task, where);
  return auxiliary;
}

/** The most classes an episode of that way has. */
export const mostOf = (way: Way): number => (typeof way === "number" ? way : way[1]);

const variableWay = (name: string, way: Way, where: string) =>
  new InputError({
    code: "recipe/fixed-way",
    where: `${where}, field "episode.way"`,
    problem: `the value is ${JSON.stringify(way)}, and ${name} learns for one number of classes`,
    expected: "a number >=2",
    remedy: "Give one number, or choose a learner that takes any number of classes.",
  });

const notClosed = (name: string, task: TaskKind, where: string) =>
  new InputError({
    code: "recipe/closed-learner",
    where: `${where}, field "closed"`,
    problem: `${name} learns to adapt to new ${task === "regression" ? "groups" : "classes"}, and knows none without a support`,
    expected: `none, or the learner ${learnersOf("classification")
      .filter(
        (key) => learnerOf({ name: key, ...learnerMethodOf(key).options.parse({}) }, "classification").known,
      )
      .join(" or ")} and labels that are classes`,
    remedy: "Leave it out, or choose that learner.",
  });

/** What learns all train classes at once has no support to show less of, or names in. */
function checkWhole(episode: Checked["episode"], learner: string, where: string): void {
  const { supportModalities, queryModalities, labelShots } = episode;
  const asked = { supportModalities, queryModalities, labelShots: labelShots || undefined };
  const field = Object.entries(asked).find(([, value]) => value !== undefined)?.[0];
  if (field === undefined) return;
  throw new InputError({
    code: "recipe/no-support",
    where: `${where}, field "episode.${field}"`,
    problem: `${learner} learns all train classes at once, without a support`,
    expected: "none",
    remedy: "Leave it out, or choose another learner; evaluate and adapt take it all the same.",
  });
}

function checkWay(way: Way, task: TaskKind, where: string): void {
  const least = typeof way === "number" ? way : way[0];
  if (task === "regression" ? way === 1 : least > 1) return;
  throw new InputError({
    code: "recipe/bad-value",
    where: `${where}, field "episode.way"`,
    problem: `the value is ${JSON.stringify(way)}`,
    expected:
      task === "regression" ? "none, since labels are numbers and each episode is one group" : "a number >=2",
    remedy: "Correct the field, or leave it out for its default.",
  });
}

/** A row of a table chosen by name, with its options checked and their defaults filled in. */
function withOptions(
  table: Readonly<Record<string, { readonly options: z.ZodObject }>>,
  { name, ...options }: { name: string },
  where: string,
  field: readonly string[],
): Chosen {
  return { name, ...checked(table[name].options, options, where, field) };
}

/** Check `input`, the recipe or what stands in its `field`. */
function checked<S extends z.ZodType>(
  schema: S,
  input: unknown,
  where: string,
  field: readonly string[] = [],
): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const unknown = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const path = [...field, ...issue.path, ...(unknown === undefined ? [] : [unknown])];
  const renamed = renamedRecipeKey(path);
  const value = issue.path.reduce(valueAt, input);
  throw new InputError({
    code: unknown ? "recipe/unknown-key" : "recipe/bad-value",
    where: path.length > 0 ? `${where}, field "${path.join(".")}"` : where,
    problem:
      unknown && renamed
        ? `it is now called ${renamed}`
        : unknown
          ? "the recipe has no such key"
          : `the value is ${JSON.stringify(value)?.slice(0, 60)}`,
    expected: unknown ? `one of ${keysAt(schema, issue.path).join(", ") || "no keys at all"}` : wanted(issue),
    remedy: renamed
      ? `Write ${renamed}.`
      : `${meant(schema, issue, unknown ?? value)}Correct the field, or leave it out for its default.`,
  });
}

/** What is at a key of a recipe's value; a method's name alone stands for an object that has it. */
const valueAt = (value: unknown, key: PropertyKey): unknown =>
  key === "name" && typeof value === "string" ? value : (value as never)?.[key];

/** The name that was probably meant, of a key or of a method. */
function meant(schema: z.ZodType, issue: z.core.$ZodIssue, word: unknown): string {
  if (typeof word !== "string") return "";
  if (issue.code === "unrecognized_keys") return suggestion(word, keysAt(schema, issue.path));
  return issue.code === "invalid_value" ? suggestion(word, issue.values.map(String)) : "";
}

/** What an issue says was expected, without the type that was received. */
function wanted(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union" && issue.errors.length > 0)
    return [...new Set(issue.errors.map(([first]) => wanted(first)))].join(" or ");
  if (issue.code === "too_small" && issue.origin === "array") return `at least ${issue.minimum}`;
  if (issue.code === "too_small" || issue.code === "too_big")
    return `a number ${/[<>]=?-?[\d.e+]+$/.exec(issue.message)?.[0]}`;
  if (issue.code === "invalid_value") return issue.values.join(" or ");
  const expected = /expected (.+?)(?:, received .+)?$/.exec(issue.message)?.[1] ?? issue.message;
  return expected === "int" ? "a whole number" : expected;
}

/** The keys that the object at a path of a schema may have. */
function keysAt(schema: z.ZodType, [key, ...rest]: readonly PropertyKey[]): string[] {
  const object = unwrapped(schema);
  if (!(object instanceof z.ZodObject)) return [];
  return key === undefined ? Object.keys(object.shape) : keysAt(object.shape[key as string], rest);
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.out as z.ZodType);
  return schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
    ? unwrapped(schema.unwrap() as z.ZodType)
    : schema;
}

/** Read a recipe file. */
export async function readRecipe(path: string): Promise<unknown> {
  const text = await readText(path);
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
